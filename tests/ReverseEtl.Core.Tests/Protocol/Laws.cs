namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>What must hold in every situation.</summary>
internal sealed class Laws(Protocol protocol, Variant variant)
{
    /// <summary>I1: at rest, and the sides differ without a question about it.</summary>
    public const string Diverged = "diverged at rest";

    /// <summary>I2: at rest, and a person's value is gone that nobody named.</summary>
    public const string Lost = "silent lost update";

    /// <summary>I3: more writes than edits and faults can be the cause of.</summary>
    public const string Echo = "more writes than causes";

    /// <summary>I6: a value that only we wrote went to the other side as if it were news.</summary>
    public const string OwnForNews = "own value taken for news";

    /// <summary>A person is asked to choose between an edit and our own writing of it.</summary>
    public const string AskedWithoutCause = "asked without cause";

    /// <summary>I1: nothing can happen any more, and it is not rest.</summary>
    public const string Stuck = "stuck";

    public IEnumerable<string> Broken(Situation s, bool isStuck)
    {
        var (people, left) = (variant.Budget, s.Left);
        var faults = people.Timeouts - left.Timeouts + people.Crashes - left.Crashes + people.Duplicates - left.Duplicates;
        var (edits, typed) = (people.WarehouseEdits - left.WarehouseEdits, people.CrmEdits - left.CrmEdits);
        var answers = people.Answers - left.Answers;

        // One side's edit is written to the other; where one side owns the field the other's edit is written back. A fault may cost one more
        // write to a row, and two to a record: the one that was lost may land beside the one that repeats it.
        var (rows, records) = (variant.Rule.MayPull ? typed : 0, variant.Rule.MayPush ? edits : 0);
        rows += variant.Rule.MayPush ? 0 : edits;
        records += variant.Rule.MayPull ? 0 : typed;
        if (s.RowWrites > rows + faults + answers || s.RecordWrites > records + (2 * faults) + answers)
        {
            yield return Echo;
        }

        if (s.TookOwnForNews)
        {
            yield return OwnForNews;
        }

        if (s.AskedWithoutCause)
        {
            yield return AskedWithoutCause;
        }

        if (protocol.IsAtRest(s))
        {
            if (!protocol.Agree(s) && (s.Question is not { } question || question.Warehouse.Text != s.Warehouse || question.Crm.Text != s.Crm.Value))
            {
                yield return Diverged;
            }

            if (s.Replaced.Except(s.Named).Any())
            {
                yield return Lost;
            }
        }
        else if (isStuck)
        {
            yield return Stuck;
        }
    }
}
