using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>
/// Everything that can happen next to one pair. Decisions are those of the real planner and the real recovery; what becomes of the base is
/// modelled after the engine's settling. People, the network and crashes act at any moment, as far as their budget goes.
/// </summary>
internal sealed partial class Protocol(Variant variant)
{
    private static readonly string[] WarehouseValues = ["p", "q", "r", "s"];
    private static readonly string[] CrmValues = ["X", "Y", "Z"];

    // Versions stand for the CRM's clock; the fence is known to have passed exactly when nothing is under way.
    private static readonly DateTimeOffset Noon = Make.Noon;

    private const string Again = "our own older write";

    private readonly FieldRule _rule = variant.Rule;

    /// <summary>Both sides agree.</summary>
    public Situation Start()
    {
        var crm = Spelled("i");
        return new()
        {
            Warehouse = "i",
            Crm = new CrmLook(crm, 1, IsOurs: false, 0),
            History = new(new PastValue(crm, 1, IsOurs: false, 0)),
            Base = Base("i", crm, BaseOrigin.Receipt),
            Left = variant.Budget,
        };
    }

    public IEnumerable<(string What, Situation Next)> Steps(Situation s)
    {
        IEnumerable<(string, Situation)> engine = s.Phase switch
        {
            Phase.Looking => Look(s),
            Phase.Prepared => [Send(s)],
            Phase.Sent => s.Answer is { } answer ? [Settle(s, s.Journal!.Value, answer)] : [],
            Phase.RowWritten => [("record the row", SettleRow(s))],
            Phase.RowUnknown => [RecoveredRow(s)],
            _ => Recovered(s),
        };
        return People(s).Concat(engine).Concat(Network(s)).Concat(Faults(s));
    }

    /// <summary>Whether nobody will do anything any more.</summary>
    public bool IsAtRest(Situation s) => s is { Left: { WarehouseEdits: 0, CrmEdits: 0 }, Phase: Phase.Looking, UnderWay.Count: 0 }
        && IsFresh(s) && IsQuiet(Decide(s));

    /// <summary>Whether the two sides mean the same to a person, or a rule took them as they are.</summary>
    public bool Agree(Situation s) => s.Warehouse.Equals(s.Crm.Value, StringComparison.OrdinalIgnoreCase)
        || (s.Base is { Origin: BaseOrigin.Adopted } agreed && agreed == Base(s.Warehouse, s.Crm.Value, BaseOrigin.Adopted));

    private IEnumerable<(string, Situation)> Look(Situation s)
    {
        if (s.SeenRow is null)
        {
            return [("read the row", s with { SeenRow = s.Warehouse })];
        }

        if (s.SeenRecord is null)
        {
            return [("read the record", s with { SeenRecord = s.Crm })];
        }

        var (row, record, decision) = (s.SeenRow, s.SeenRecord.Value, Decide(s));
        return decision.Step switch
        {
            FieldStep.Push => [("journal a write", s with
            {
                Journal = new OpenWrite(s.Writes + 1, decision, row, record),
                Writes = s.Writes + 1,
                Phase = Phase.Prepared,
                TookOwnForNews = s.TookOwnForNews || (RowIsOurs(s, row) && s.Question?.Answer is null && decision.Rule != Again),
            })],
            FieldStep.Pull => [Pull(s, row, record, decision)],
            FieldStep.Adopt => [($"take as agreed ({decision.Origin})", Forgotten(Closed(s, decision)) with { Base = Base(row, record.Value, decision.Origin) })],
            FieldStep.Ask => [($"ask about {row}/{record.Value}", s with
            {
                Question = new OpenQuestion(decision.Question, FieldValue.Of(row), FieldValue.Of(record.Value), null),
                Named = Add(s.Named, row, record.Value),
                AskedWithoutCause = s.AskedWithoutCause || IsOurs(s, record) || RowIsOurs(s, row),
            })],
            FieldStep.None when !IsQuiet(decision) => [($"close the question ({decision.Closes})", Closed(s, decision))],
            FieldStep.None when IsFresh(s) => [],
            FieldStep.None => [("look again", s with { SeenRow = null, SeenRecord = null })],
            _ => throw new InvalidOperationException($"With both sides seen the planner says {decision}."),
        };
    }

    // A row is written only over the value that the decision saw.
    private (string, Situation) Pull(Situation s, string row, CrmLook record, FieldDecision decision)
    {
        if (s.Warehouse != row)
        {
            return ("the row moved", s with { SeenRow = null, SeenRecord = null });
        }

        var written = s with
        {
            Warehouse = variant.WarehouseSpells.Text(decision.Value.Text)!,
            Answer = new Answer(variant.WarehouseSpells.Text(decision.Value.Text)),
            RowIsOurs = true,
            RowWrites = s.RowWrites + 1,
            TookOwnForNews = s.TookOwnForNews || IsOurs(s, record),
            Replaced = decision.Loses ? Add(s.Replaced, row) : s.Replaced,
            Journal = new OpenWrite(s.Writes, decision, row, record),
        };
        return variant.RowIsInTransaction
            ? ($"write the row {written.Warehouse}", SettleRow(written))
            : ($"write the row {written.Warehouse}", written with { Phase = Phase.RowWritten });
    }

    private Situation SettleRow(Situation s)
    {
        var write = s.Journal!.Value;
        return Forgotten(Closed(s, write.Decision) with
        {
            Base = Base(s.Answer!.Value.Stored!, write.Seen.Value, BaseOrigin.Receipt),
            Named = write.Decision.Loses ? Add(s.Named, write.Source) : s.Named,
        });
    }

    private static (string, Situation) Send(Situation s) =>
        ("send", s with { Phase = Phase.Sent, UnderWay = s.UnderWay.With(new Request(s.Journal!.Value)) });

    private (string, Situation) Settle(Situation s, OpenWrite write, Answer answer)
    {
        if (answer.Stored is not { } stored)
        {
            return ("refused: plan again", Forgotten(s));
        }

        return variant.Receipt switch
        {
            ReceiptFrom.Answer => ($"receipt {stored}", Receipt(s, write, stored, BaseOrigin.Receipt)),
            ReceiptFrom.Sent => ($"receipt of {write.Sent} as sent", Receipt(s, write, write.Sent, BaseOrigin.Sent)),
            ReceiptFrom.ReadBackIfOurs when !s.Crm.IsOurs => ("read back: not ours, plan again", Forgotten(s)),
            _ => ($"read back {s.Crm.Value}", Receipt(s, write, s.Crm.Value, BaseOrigin.Receipt)),
        };
    }

    private Situation Receipt(Situation s, OpenWrite write, string stored, BaseOrigin origin) => Checked(
        Forgotten(Closed(s, write.Decision)) with
        {
            Base = Base(write.Source, stored, origin),
            Named = write.Decision.Loses ? Add(s.Named, write.Seen.Value) : s.Named,
        },
        write);

    // What the write replaced unseen becomes a loss and a question.
    private Situation Checked(Situation s, OpenWrite write)
    {
        if (!variant.HasHistory || !variant.NamesOverwritten || Trace(s, write) is not { Overwritten: [var last, ..] } trace)
        {
            return s;
        }

        return s with
        {
            Named = Add(s.Named, [.. trace.Overwritten.Select(edit => edit.Value.Text!)]),
            Question = new OpenQuestion(ConflictKind.Overwritten, FieldValue.Of(write.Source), last.Value, null),
        };
    }

    private FieldDecision Decide(Situation s)
    {
        // With a stamp our own late write can be told from an edit, and the newer value is written again.
        if (variant.HasStamp && s is { Question: null, SeenRecord: { IsOurs: true } own }
            && !s.Base!.Value.Crm.Is(_rule.CrmType, FieldValue.Of(own.Value)))
        {
            return new FieldDecision(FieldStep.Push, Again) { Value = FieldValue.Of(s.SeenRow) };
        }

        var (row, crm) = (FieldValue.Of(s.SeenRow), FieldValue.Of(s.SeenRecord!.Value.Value));
        return FieldPlanner.Plan(_rule, new FieldView
        {
            Base = s.Base,
            Warehouse = row,
            Crm = crm,
            WarehouseAsCrm = row,
            CrmAsWarehouse = crm,
            LastChangedByUs = s.SeenRecord.Value.IsOurs,
            Question = s.Question,
        });
    }

    private static bool IsFresh(Situation s) => s.SeenRow == s.Warehouse && s.SeenRecord == s.Crm;

    private static bool IsQuiet(FieldDecision decision) => decision is { Step: FieldStep.None, Closes: null };

    // Whether the value that was seen in the field is one that only we put there.
    private static bool IsOurs(Situation s, CrmLook seen) => s.History.Last(h => h.Version <= seen.Version).IsOurs;

    private static bool RowIsOurs(Situation s, string seen) => s.RowIsOurs && s.Warehouse == seen;

    private static Situation Changed(Situation s, string value, bool isOurs, int stamp)
    {
        var crm = new CrmLook(value, s.Crm.Version + 1, isOurs, isOurs ? stamp : s.Crm.Stamp);
        return s with { Crm = crm, History = s.History.With(new PastValue(value, crm.Version, isOurs, stamp)) };
    }

    private static Situation Closed(Situation s, FieldDecision decision) => decision.Closes is null ? s : s with { Question = null };

    private static Situation Forgotten(Situation s) =>
        s with { Journal = null, Phase = Phase.Looking, Answer = null, SeenRow = null, SeenRecord = null };

    private static Row<string> Add(Row<string> to, params IEnumerable<string> values) =>
        new([.. to.Concat(values).Distinct().Order(StringComparer.Ordinal)]);

    private FieldBase Base(string warehouse, string crm, BaseOrigin origin) =>
        new(_rule.WarehouseHalf(FieldValue.Of(warehouse)), _rule.CrmHalf(FieldValue.Of(variant.HasOneBase ? warehouse : crm)), origin);

    private string Spelled(string value) => variant.CrmSpells.Text(value)!;

    private static DateTimeOffset At(int version) => Noon.AddSeconds(version);
}
