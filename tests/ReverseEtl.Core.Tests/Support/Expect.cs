using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Support;

/// <summary>What a field decision must be.</summary>
internal static class Expect
{
    public static void Pushes(FieldDecision decision, string? value, string rule, bool loses = false) =>
        Writes(FieldStep.Push, decision, value, rule, loses);

    public static void Pulls(FieldDecision decision, string? value, string rule, bool loses = false) =>
        Writes(FieldStep.Pull, decision, value, rule, loses);

    public static void WritesBoth(FieldDecision decision, string? value, string rule) =>
        Writes(FieldStep.WriteBoth, decision, value, rule, loses: false);

    public static void Adopts(FieldDecision decision, BaseOrigin origin, string rule)
    {
        Is(FieldStep.Adopt, decision, rule);
        Assert.Equal(origin, decision.Origin);
    }

    public static void Asks(FieldDecision decision, ConflictKind question, string rule)
    {
        Is(FieldStep.Ask, decision, rule);
        Assert.Equal(question, decision.Question);
    }

    public static void Reads(FieldDecision decision, Side side)
    {
        Assert.Equal(FieldStep.Read, decision.Step);
        Assert.Equal(side, decision.Side);
        Assert.Null(decision.Closes);
    }

    public static void Is(FieldStep step, FieldDecision decision, string rule)
    {
        Assert.Equal(step, decision.Step);
        Assert.Equal(rule, decision.Rule);
    }

    private static void Writes(FieldStep step, FieldDecision decision, string? value, string rule, bool loses)
    {
        Is(step, decision, rule);
        Assert.Equal(FieldValue.Of(value), decision.Value);
        Assert.Equal(loses, decision.Loses);
    }
}
