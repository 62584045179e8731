namespace ReverseEtl.Warehouses;

/// <summary>One entry under <c>Warehouses</c> in the configuration.</summary>
/// <param name="Type">Name of a backend, one of <see cref="WarehouseFactory.Types"/>; case carries no meaning.</param>
/// <param name="ConnectionString">In the form of the backend's own driver. May hold a secret: never logged, never in a message.</param>
public sealed record WarehouseSettings(string Type, string ConnectionString)
{
    // The compiler's version would print the connection string.
    /// <inheritdoc />
    public override string ToString() => $"{nameof(WarehouseSettings)} {{ Type = {Type} }}";
}
