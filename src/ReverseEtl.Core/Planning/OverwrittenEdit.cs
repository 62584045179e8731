using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Planning;

/// <summary>
/// Decides a field of which a write of ours replaced an edit that it had not seen. The edit is recorded as a loss; the question only offers
/// to put it back. So it freezes nothing, agreement does not close it, and an edit made since makes it pointless.
/// </summary>
internal static class OverwrittenEdit
{
    public static FieldDecision Plan(FieldRule rule, in FieldView view, OpenQuestion question)
    {
        var decision = FieldPlanner.Plan(rule, view with { Question = null });
        return decision.Step switch
        {
            FieldStep.Skip or FieldStep.Read or FieldStep.Wait => decision,
            FieldStep.Push or FieldStep.Pull or FieldStep.WriteBoth or FieldStep.Ask => Superseded(decision),
            _ when view.Warehouse.IsSeen && !rule.WarehouseType.Same(view.Warehouse, question.Warehouse) => Superseded(decision),
            _ when question.Answer is { } answer => FieldPlanner.NeedsRead(view) ?? Answered(rule, question, answer, decision),
            _ => decision,
        };
    }

    private static FieldDecision Superseded(FieldDecision decision) => decision with { Closes = "superseded by a later edit" };

    private static FieldDecision Answered(FieldRule rule, OpenQuestion question, Resolution answer, FieldDecision decision) => answer.Choice switch
    {
        ResolutionChoice.Warehouse => decision with { Closes = "resolved: warehouse" },
        ResolutionChoice.Crm when MayRestore(rule) => Restored(question.Crm, answer),
        ResolutionChoice.Value when MayRestore(rule) => Restored(FieldValue.Of(answer.Value), answer),
        _ => decision with { Closes = "resolved: left as they are" },
    };

    // A reference has no spelling of its own that could be written on both sides.
    private static bool MayRestore(FieldRule rule) => rule is { Owner: FieldOwner.Shared, Mapping.References: null };

    private static FieldDecision Restored(FieldValue value, Resolution answer) =>
        new(FieldStep.WriteBoth, $"resolved by {answer.By}") { Value = value, Closes = $"resolved: {answer.Choice.ToString().ToLowerInvariant()}" };
}
