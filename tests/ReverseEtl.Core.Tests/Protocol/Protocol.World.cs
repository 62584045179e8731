using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Protocol;

/// <content>What happens to the daemon: people, the network, the CRM, and its own end.</content>
internal sealed partial class Protocol
{
    private IEnumerable<(string, Situation)> People(Situation s)
    {
        if (s.Left.WarehouseEdits > 0)
        {
            var value = WarehouseValues[variant.Budget.WarehouseEdits - s.Left.WarehouseEdits];
            var left = s.Left with { WarehouseEdits = s.Left.WarehouseEdits - 1 };
            yield return ($"warehouse edit {value}", s with { Warehouse = value, RowIsOurs = false, Left = left });
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
                yield return ($"answer {choice}", s with
                {
                    Question = s.Question with { Answer = Make.Answer(choice) },
                    Left = s.Left with { Answers = s.Left.Answers - 1 },
                });
            }
        }
    }

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
                var left = s.Left with { Duplicates = s.Left.Duplicates - 1 };
                yield return ($"{what}, and will get it again", next with { UnderWay = s.UnderWay, Left = left });
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
}
