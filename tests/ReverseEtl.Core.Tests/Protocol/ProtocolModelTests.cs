using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Tests.Support;
using Xunit.Abstractions;

namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>
/// Every situation that one pair with one field can get into, under every order of edits, deliveries, timeouts and crashes. A protocol that
/// must hold breaks no law anywhere. One that lacks something must be caught: that shows what each part is for, and that the laws can be broken.
/// </summary>
public sealed class ProtocolModelTests(ITestOutputHelper output)
{
    private static readonly Budget Short = new(WarehouseEdits: 2, CrmEdits: 2, Timeouts: 1, Crashes: 1);
    private static readonly Budget Fewer = Short with { CrmEdits = 1 };
    private static readonly Budget Deep = Short with { WarehouseEdits = 3, Timeouts = 2 };
    private static readonly Normaliser Lower = Normaliser.All[2];

    // What the product does in a CRM that can refuse a write of a record that moved (Salesforce), and in one that keeps a history (HubSpot).
    private static readonly Variant Condition = new() { HasCondition = true, HasFence = true };
    private static readonly Variant Faithful = Condition with { CrmSpells = Normaliser.Identity };
    private static readonly Variant History = new() { HasHistory = true, HasFence = true };
    private static readonly Variant Stamp = new() { Recovery = RecoverBy.Stamp };
    private static readonly Variant Owned = new() { HasFence = true, Rule = Make.Warehouse() };

    private static readonly Dictionary<string, Variant> Sound = new()
    {
        ["condition and fence"] = Faithful,
        ["condition and fence, deeper"] = Faithful with { Budget = Deep },
        ["condition and fence, two timeouts and two crashes"] = Faithful with { Budget = Short with { Timeouts = 2, Crashes = 2 } },
        ["condition and fence, another mapping writes the record too"] = Faithful with { Budget = Short with { Others = 1 } },
        ["condition and fence, a person answers"] = Faithful with { Budget = Short with { Answers = 1 } },
        ["condition and fence, a request arrives twice"] = Faithful with { Budget = Short with { Duplicates = 1 } },
        ["condition and fence, read back while we are the last author"] = Faithful with { Receipt = ReceiptFrom.ReadBackIfOurs },
        ["condition and fence, receipt of what was sent"] = Faithful with { Receipt = ReceiptFrom.Sent },
        ["condition and fence, author trusted, only one mapping"] = Condition with { Recovery = RecoverBy.Author },
        ["condition and fence, row written in another database and recovered by its value"] =
            Faithful with { RowIsInTransaction = false, RecoversRows = true },
        ["condition and fence, on_conflict: warehouse_wins, row written in another database and recovered by its value"] =
            Faithful with { RowIsInTransaction = false, RecoversRows = true, Rule = Make.Shared(ConflictPolicy.WarehouseWins) },
        ["condition and fence, the warehouse spells"] = Faithful with { WarehouseSpells = Lower },
        ["condition and stamp, no fence"] = Stamp with { HasCondition = true },
        ["history and fence"] = History,
        ["history and fence, deeper"] = History with { Budget = Deep },
        ["history and fence, two timeouts and two crashes"] = History with { Budget = Short with { Timeouts = 2, Crashes = 2 } },
        ["history and fence, another mapping writes the record too"] = History with { Budget = Short with { Others = 1 } },
        ["history and fence, a person answers"] = History with { Budget = Short with { Answers = 1 } },
        ["history, stamp and fence"] = Stamp with { HasHistory = true, HasFence = true },
        ["on_conflict: warehouse_wins, condition and fence"] = Faithful with { Rule = Make.Shared(ConflictPolicy.WarehouseWins) },
        ["on_conflict: warehouse_wins, history and fence"] = History with { Rule = Make.Shared(ConflictPolicy.WarehouseWins) },
        ["on_conflict: crm_wins, history and fence"] = History with { Rule = Make.Shared(ConflictPolicy.CrmWins) },
        ["owner: warehouse, on_drift: revert, blind with fence"] = Owned,
        ["owner: warehouse, on_drift: revert, blind with fence, receipt of what was sent"] = Owned with { Receipt = ReceiptFrom.Sent },
        ["owner: warehouse, on_drift: flag, blind with fence"] = Owned with { Rule = Make.Warehouse(DriftRule.Flag) },
        ["owner: warehouse, on_drift: adopt, blind with fence"] = Owned with { Rule = Make.Warehouse(DriftRule.Adopt) },
        ["owner: crm"] = new() { Rule = Make.Crm() },
        ["owner: crm, row written in another database"] = new() { Rule = Make.Crm(), RowIsInTransaction = false },
    };

    private static readonly Dictionary<string, (Variant Variant, string[] Broken)> Lacking = new()
    {
        ["blind"] = (new(), [Laws.AskedWithoutCause, Laws.OwnForNews, Laws.Lost]),
        ["history, no fence"] = (History with { HasFence = false }, [Laws.AskedWithoutCause, Laws.Diverged, Laws.OwnForNews, Laws.Lost]),
        ["history and fence, but what was overwritten is not named"] = (History with { NamesOverwritten = false }, [Laws.Lost]),
        ["history and fence, a request arrives twice"] =
            (History with { Budget = Short with { Duplicates = 1 } }, [Laws.AskedWithoutCause, Laws.Diverged, Laws.OwnForNews, Laws.Lost]),
        ["stamp without a condition"] = (Stamp, [Laws.AskedWithoutCause, Laws.Lost]),
        ["stamp and history without a condition"] = (Stamp with { HasHistory = true }, [Laws.AskedWithoutCause, Laws.OwnForNews, Laws.Lost]),
        ["condition, author trusted, no fence"] =
            (Condition with { HasFence = false, Recovery = RecoverBy.Author }, [Laws.AskedWithoutCause, Laws.Diverged]),
        ["condition and fence, author trusted, another mapping writes the record too"] =
            (Faithful with { Recovery = RecoverBy.Author, Budget = Short with { Others = 1 } }, [Laws.Diverged]),
        ["condition and fence, read back whoever wrote last"] = (Faithful with { Receipt = ReceiptFrom.ReadBack }, [Laws.Diverged]),
        ["condition and fence, receipt of what was sent, another mapping writes the record too"] =
            (Faithful with { Receipt = ReceiptFrom.Sent, Budget = Short with { Others = 1 } }, [Laws.Diverged]),
        ["condition and fence, one base for both sides"] =
            (Condition with { HasOneBase = true }, [Laws.AskedWithoutCause, Laws.Echo, Laws.OwnForNews]),

        // The price of trusting values only: where a side spells and the answer was lost, nothing proves that the spelling is ours.
        ["condition and fence, the CRM spells"] = (Condition, [Laws.AskedWithoutCause]),
        ["condition and fence, row written in another database and looked at again"] =
            (Faithful with { RowIsInTransaction = false }, [Laws.AskedWithoutCause]),
        ["condition and fence, on_conflict: warehouse_wins, row written in another database and looked at again"] =
            (Faithful with { RowIsInTransaction = false, Rule = Make.Shared(ConflictPolicy.WarehouseWins) }, [Laws.OwnForNews]),
        ["owner: warehouse, on_drift: revert, no fence"] = (Owned with { HasFence = false, Budget = Fewer }, [Laws.Lost]),
        ["owner: warehouse, on_drift: flag, no fence"] =
            (Owned with { HasFence = false, Rule = Make.Warehouse(DriftRule.Flag), Budget = Fewer }, [Laws.AskedWithoutCause, Laws.Lost]),
        ["owner: warehouse, no fence, receipt of what was sent"] =
            (Owned with { HasFence = false, Receipt = ReceiptFrom.Sent, Budget = Fewer }, [Laws.Diverged, Laws.Lost]),
    };

    public static TheoryData<string> SoundNames => [.. Sound.Keys];

    public static TheoryData<string> LackingNames => [.. Lacking.Keys];

    [Theory]
    [MemberData(nameof(SoundNames))]
    public void Sound_protocol_breaks_no_law_in_any_situation(string name)
    {
        var found = Explored(name, Sound[name]);

        Assert.Empty(found.Broken);
        Assert.NotEqual(0, found.Rests);
    }

    [Theory]
    [MemberData(nameof(LackingNames))]
    public void Protocol_that_lacks_something_is_caught_breaking_just_these_laws(string name)
    {
        var (variant, broken) = Lacking[name];

        Assert.Equal(broken.Order(StringComparer.Ordinal), Explored(name, variant).Broken.Keys);
    }

    private Exploration Explored(string name, Variant variant)
    {
        var found = Explorer.Explore(variant);
        output.WriteLine($"proof: model, {name}: {found.States} situations, {found.Broken.Count} laws broken");
        foreach (var (law, way) in found.Broken)
        {
            output.WriteLine($"  {law}: {way}");
        }

        return found;
    }
}
