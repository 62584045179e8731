namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What became of one value that was to be written.</summary>
/// <param name="Value">The value as HubSpot stores it.</param>
/// <param name="Error">Why it is refused, else null.</param>
/// <param name="Normalised">The client is to be told that the value was changed.</param>
/// <param name="Ignored">The write succeeds without it.</param>
internal readonly record struct CheckedValue(
    string Value, PropertyError? Error = null, bool Normalised = false, bool Ignored = false)
{
    public static CheckedValue Refused(PropertyDefinition property, string code, string message) =>
        new("", new PropertyError(property.Name, code, message));
}
