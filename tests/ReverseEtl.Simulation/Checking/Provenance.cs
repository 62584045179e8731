using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>
/// I6: the engine writes only what somebody entered. In particular it never takes an older write of its own for news: what it brings to one
/// side was put on the other by somebody else since that side had it last.
/// </summary>
public sealed class Provenance() : Checker("I6")
{
    /// <inheritdoc />
    public override void See(Happening happening, Ledger ledger)
    {
        if (happening is not FieldChanged { By.IsEngine: true } changed || Table.Of(changed.Mapping).IndexOf(changed.Field, ledger.Crm) is not (>= 0 and var at))
        {
            return;
        }

        if (Table.Of(changed.Mapping).Columns[at].Kind is not ColumnKind.Reference
            && Lineage.Traces(changed.After).FirstOrDefault(t => !ledger.Written.Contains(t)) is { } stranger)
        {
            Report(changed, $"{changed.Field} got {changed.After}, and nobody ever entered {stranger}", changed.Mapping, changed.Record);
        }

        if (IsOwnStaleWrite(changed, ledger))
        {
            Report(
                changed,
                $"{changed.Side} {changed.Field}: {changed.After} came back over {changed.Before} as news, but the engine itself had put it on the other side",
                changed.Mapping, changed.Record, ledger.Partner(changed.Mapping, changed.Side, changed.Record));
        }
    }

    // The other side holds the value because the engine put it there, this side had it before and somebody changed it since: nobody entered it
    // again. An answer, a restored state or a new link may bring an old value back; and of a write whose answer was lost nobody can recognise
    // a value that the CRM did not store as it was sent.
    private static bool IsOwnStaleWrite(FieldChanged changed, Ledger ledger)
    {
        if (changed.Side is not Side.Warehouse || changed.After is null || ledger.Restores.Count > 0
            || Ledger.Line(ledger.InHand(changed.By.Name, changed.Mapping), changed.Field) is not { Owner: FieldOwner.Shared, OnConflict: not (ConflictPolicy.Union or ConflictPolicy.Append) } line
            || ledger.Other(changed) is not { Last: { By.IsEngine: true } theirs } || !Lineage.Same(theirs.After, changed.After)
            || ledger.Find(changed.Mapping, changed.Side, changed.Record, changed.Field) is not { Last: { By.IsEngine: false } ours } cell)
        {
            return false;
        }

        return cell.EverHeld(changed.After) && theirs.At < changed.At && ledger.LinkedAt(changed.Mapping, changed.Record) < theirs.At && !Lineage.Same(ours.After, changed.After)
            && !IsSpelledUnanswered(changed, theirs, cell, ledger)
            && !ledger.Questions.Exists(q => q.Question.Field == line.Crm && q.Question.Key == changed.Record && q.Question.Resolution is not null);
    }

    private static bool IsSpelledUnanswered(FieldChanged changed, FieldChanged theirs, Cell cell, Ledger ledger) =>
        !cell.Past.Exists(p => p.After == theirs.After)
        && !ledger.Changes.Exists(c => c.At >= theirs.At && c.Change is { Side: Side.Crm, Action: "update" or "link" } confirmed && confirmed.Key == changed.Record
            && confirmed.Fields.Contains(theirs.Field, StringComparer.Ordinal));
}
