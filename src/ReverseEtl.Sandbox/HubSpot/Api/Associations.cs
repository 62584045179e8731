using System.Text.Json;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Associations are not simulated: a write that carries some is refused rather than half done.</summary>
internal static class Associations
{
    public static void MustBeAbsent(JsonElement write)
    {
        if (Json.Objects(write, "associations").Count > 0)
        {
            throw Refuse.Because("This sandbox has no associations");
        }
    }
}
