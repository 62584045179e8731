using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>
/// Everything that can happen next to one pair. Decisions are those of the real planner and the real recovery; what becomes of the base is
/// modelled after the engine's settling. People, the network and crashes act at any moment, as far as their budget goes.
/// </summary>
internal sealed class Protocol(Variant variant)
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

    private IEnumerable<(string, Situation)> People(Situation s)
    {
        if (s.Left.WarehouseEdits > 0)
        {
            var value = WarehouseValues[variant.Budget.WarehouseEdits - s.Left.WarehouseEdits];
            yield return ($"warehouse edit {value}", s with { Warehouse = value, RowIsOurs = false, Left = s.Left with { WarehouseEdits = s.Left.WarehouseEdits - 1 } });
        }

        if (s.Left.CrmEdits > 0)
        {
            var value = CrmValues[variant.Budget.CrmEdits - s.Left.CrmEdits];
            yield return ($"CRM edit {value}", Changed(s, value, isOurs: false, 0) with { Left = s.Left with { CrmEdits = s.Left.CrmEdits - 1 } });
        }

        // Another mapping of ours, or a later write of this one, changes another field of the record.
        if (s.Left.Others > 0)
        {
            yield return ("our write to another field", s with
            {
                Crm = s.Crm with { Version = s.Crm.Version + 1, IsOurs = true },
                Left = s.Left with { Others = s.Left.Others - 1 },
            });
        }

        if (s is { Left.Answers: > 0, Question: { Kind: ConflictKind.Field, Answer: null } })
        {
            foreach (var choice in new[] { ResolutionChoice.Warehouse, ResolutionChoice.Crm })
            {
                yield return ($"answer {choice}", s with { Question = s.Question with { Answer = Make.Answer(choice) }, Left = s.Left with { Answers = s.Left.Answers - 1 } });
            }
        }
    }

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
            FieldStep.Adopt => [($"take as agreed ({decision.Origin})", Closed(s, decision) with { Base = Base(row, record.Value, decision.Origin), SeenRow = null, SeenRecord = null })],
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

    // What the write replaced is named whether or not it is proven: it is not there any more.
    private (string, Situation) RecoveredRow(Situation s)
    {
        var write = s.Journal!.Value;
        var next = Forgotten(s) with { Named = write.Decision.Loses && s.Warehouse != write.Source ? Add(s.Named, write.Source) : s.Named };
        return variant.RecoversRows && _rule.WarehouseType.Same(FieldValue.Of(s.Warehouse), write.Decision.Value)
            ? ("recover: the row shows it", Closed(next, write.Decision) with { Base = Base(s.Warehouse, write.Seen.Value, BaseOrigin.Receipt) })
            : ("recover: look at the row again", next);
    }

    private static (string, Situation) Send(Situation s) =>
        ("send", s with { Phase = Phase.Sent, UnderWay = s.UnderWay.With(new Request(s.Journal!.Value)) });

    // A request arrives whether or not somebody still waits for its answer.
    private IEnumerable<(string, Situation)> Network(Situation s)
    {
        for (var i = 0; i < s.UnderWay.Count; i++)
        {
            var write = s.UnderWay[i].Write;
            var isWaitedFor = s is { Phase: Phase.Sent, Answer: null } && s.Journal == write;
            var arrived = s with { UnderWay = s.UnderWay.Without(i) };
            var (what, next) = variant.HasCondition && s.Crm.Version != write.Seen.Version
                ? ("the CRM refuses: moved", isWaitedFor ? arrived with { Answer = new Answer(null) } : arrived)
                : ($"the CRM stores {Spelled(write.Sent)}", Stored(arrived, write, isWaitedFor));
            yield return (what, next);
            if (s.Left.Duplicates > 0)
            {
                yield return ($"{what}, and will get it again", next with { UnderWay = s.UnderWay, Left = s.Left with { Duplicates = s.Left.Duplicates - 1 } });
            }
        }
    }

    private Situation Stored(Situation s, OpenWrite write, bool isWaitedFor)
    {
        var value = Spelled(write.Sent);
        var replaces = !s.History[^1].IsOurs && s.Crm.Value != value;
        var isSeen = s.Crm.Value == write.Seen.Value;

        // What a field's only owner overwrites unseen is no promise of ours: it is counted, not named.
        var isOwed = replaces && (isSeen ? write.Decision.Loses : _rule is { MayPush: true, MayPull: true });
        return Changed(s, value, isOurs: true, write.Number) with
        {
            Answer = isWaitedFor ? new Answer(value) : s.Answer,
            RecordWrites = s.RecordWrites + 1,
            Replaced = isOwed ? Add(s.Replaced, s.Crm.Value) : s.Replaced,
        };
    }

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

    private IEnumerable<(string, Situation)> Recovered(Situation s)
    {
        var write = s.Journal!.Value;
        var sight = s.Crm.Version == write.Seen.Version ? Sight.SameVersion : s.Crm.IsOurs ? Sight.ChangedByUs : Sight.ChangedByOthers;
        var fence = variant.HasFence && s.UnderWay.Count > 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        var step = Recover.Judge(Noon, Noon, fence, sight);
        return step is RecoveryStep.Wait ? [] : sight is Sight.SameVersion ? [("recover: nothing happened", Forgotten(s))] : [Moved(s, write, step)];
    }

    private (string, Situation) Moved(Situation s, OpenWrite write, RecoveryStep step)
    {
        var stored = variant.Recovery switch
        {
            RecoverBy.Author => step is RecoveryStep.Receipt ? s.Crm.Value : null,
            RecoverBy.Stamp => s.Crm.Stamp != write.Number ? null : s.Crm.IsOurs ? s.Crm.Value : Own(s, write),
            _ when variant.HasHistory => Trace(s, write).Own?.Value.Text ?? Shown(s, write),
            _ => Shown(s, write),
        };
        return stored is null
            ? ("recover: not proven, plan again", Checked(Forgotten(s), write) with { Named = IsLost(s, write) ? Add(s.Named, write.Seen.Value) : s.Named })
            : ($"recover: receipt {stored}", Receipt(s, write, stored, BaseOrigin.Receipt));
    }

    // The stamp tells that the write happened; what it stored is in the history, or not known, and then equals nothing.
    private string Own(Situation s, OpenWrite write) =>
        variant.HasHistory ? s.History.Last(h => h.Stamp == write.Number).Value : "?";

    private string? Shown(Situation s, OpenWrite write) => _rule.CrmType.Same(FieldValue.Of(s.Crm.Value), FieldValue.Of(write.Sent)) ? s.Crm.Value : null;

    // Where nothing tells whether the write replaced a value that it was to replace, the value is named: it is not there any more.
    private static bool IsLost(Situation s, OpenWrite write) => write.Decision.Loses && s.Crm.Value != write.Seen.Value;

    private WriteTrace Trace(Situation s, OpenWrite write) => WriteTrace.Of(
        _rule.CrmType,
        [.. s.History.Reverse().Select(h => new HistoryEntry(FieldValue.Of(h.Value), At(h.Version), h.IsOurs, h.IsOurs ? "us" : "somebody"))],
        At(write.Seen.Version));

    private static IEnumerable<(string, Situation)> Faults(Situation s)
    {
        if (s is { Phase: Phase.Sent, Left.Timeouts: > 0 })
        {
            yield return ("TIMEOUT", s with { Phase = Phase.Unknown, Answer = null, Left = s.Left with { Timeouts = s.Left.Timeouts - 1 } });
        }

        if (s.Left.Crashes > 0)
        {
            var crashed = s with { SeenRow = null, SeenRecord = null, Answer = null, Left = s.Left with { Crashes = s.Left.Crashes - 1 } };
            switch (s.Phase)
            {
                case Phase.Prepared or Phase.Sent:
                    yield return ("CRASH", crashed with { Phase = Phase.Unknown });
                    break;
                case Phase.RowWritten:
                    yield return ("CRASH", crashed with { Phase = Phase.RowUnknown });
                    break;
                case Phase.Looking when s.SeenRow is not null:
                    yield return ("CRASH", crashed);
                    break;
            }
        }
    }

    private FieldDecision Decide(Situation s)
    {
        // With a stamp our own late write can be told from an edit, and the newer value is written again.
        if (variant.HasStamp && s is { Question: null, SeenRecord: { IsOurs: true } own } && !s.Base!.Value.Crm.Is(_rule.CrmType, FieldValue.Of(own.Value)))
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

    private static Situation Forgotten(Situation s) => s with { Journal = null, Phase = Phase.Looking, Answer = null, SeenRow = null, SeenRecord = null };

    private static Row<string> Add(Row<string> to, params IEnumerable<string> values) => new([.. to.Concat(values).Distinct().Order(StringComparer.Ordinal)]);

    private FieldBase Base(string warehouse, string crm, BaseOrigin origin) =>
        new(_rule.WarehouseHalf(FieldValue.Of(warehouse)), _rule.CrmHalf(FieldValue.Of(variant.HasOneBase ? warehouse : crm)), origin);

    private string Spelled(string value) => variant.CrmSpells.Text(value)!;

    private static DateTimeOffset At(int version) => Noon.AddSeconds(version);
}
