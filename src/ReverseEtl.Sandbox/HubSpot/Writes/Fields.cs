namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Values of a write.</summary>
internal static class Fields
{
    public static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();
}
