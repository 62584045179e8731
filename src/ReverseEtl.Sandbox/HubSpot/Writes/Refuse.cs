using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The commonest refusal: 400 with category VALIDATION_ERROR.</summary>
internal static class Refuse
{
    public static RefusalException Because(string message) => new(Failure.Validation(message));

    public static void Unless([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw Because(message);
        }
    }
}
