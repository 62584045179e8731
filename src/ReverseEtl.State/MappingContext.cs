namespace ReverseEtl.State;

/// <summary>What every table of one opened mapping needs.</summary>
/// <param name="Session">Where statements run.</param>
/// <param name="Row">The mapping.</param>
/// <param name="Version">The version that was opened.</param>
/// <param name="Lease">The right to work on it.</param>
/// <param name="Fields">The fields' numbers.</param>
internal sealed record MappingContext(Session Session, MappingRow Row, Guid Version, Lease Lease, FieldNumbers Fields)
{
    /// <summary>The mapping's number.</summary>
    public short Id => Row.Id;
}
