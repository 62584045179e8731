using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.State;
using Half = ReverseEtl.Core.Planning.Half;
using ReverseEtl.Simulation.Checking;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Scheduling;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Tests;

/// <summary>A small log made by hand, and what one checker says of it. One person with a shared phone, a title and a last name.</summary>
public sealed class Tale(Checker checker)
{
    public const string Key = "P-1";
    public const string Id = "003A";

    private readonly Ledger _ledger = new(CrmKind.Salesforce);
    private DateTimeOffset _now = EventLoop.Start;

    public static Author User { get; } = new(AuthorKind.User, "Person");

    public static Mapping Mapping { get; } = new()
    {
        Name = "people",
        Warehouse = new WarehouseSide { Connection = "main", Kind = SourceKind.Table, Source = "people", Key = ["id"], WriteTo = "people" },
        Crm = new CrmSide { Connection = "crm", Object = "Contact", Key = "Warehouse_Id__c" },
        Records = new RecordRules { GoneFromWarehouse = GoneFromWarehouse.Archive },
        Fields =
        [
            new FieldMapping { Warehouse = "phone", Crm = "Phone", Owner = FieldOwner.Shared },
            new FieldMapping { Warehouse = "last_name", Crm = "LastName", Owner = FieldOwner.Warehouse },
            new FieldMapping { Warehouse = "job_title", Crm = "Title", Owner = FieldOwner.Crm },
        ],
    };

    /// <summary>The row and the record are there and linked, and a cycle is under way.</summary>
    public Tale Linked(int epoch = 1) => this
        .Then(at => new RecordChanged(at, "people", Side.Warehouse, Key, Fate.Created, null, User))
        .Then(at => new RecordChanged(at, "people", Side.Crm, Id, Fate.Created, null, User))
        .Then(at => new CycleBegan(at, "d", Mapping, new CycleRequest("test")))
        .Then(at => new PairStored(at, "people", Key, Pair(epoch), Names));

    public Tale Then(Func<DateTimeOffset, Happening> what)
    {
        _now += TimeSpan.FromMinutes(1);
        var happening = what(_now);
        checker.See(happening, _ledger);
        _ledger.Add(happening);
        return this;
    }

    /// <summary>Time passes.</summary>
    public Tale After(TimeSpan time)
    {
        _now += time;
        return this;
    }

    public Tale InWarehouse(string column, string? before, string? after, Author by) =>
        Then(at => new FieldChanged(at, "people", Side.Warehouse, Key, column, before, after, by));

    public Tale InCrm(string field, string? before, string? after, Author by) =>
        Then(at => new FieldChanged(at, "people", Side.Crm, Id, field, before, after, by));

    /// <summary>What the engine did, by the request or none.</summary>
    public static Author By(long exchange = 0) => new(AuthorKind.Engine, "d") { Exchange = exchange };

    public Tale Sends(long exchange, params (string Field, string? Value)[] fields) => Then(at => new Sent(
        at, "d", "people", exchange, Id, null, [.. fields.Select(f => KeyValuePair.Create(f.Field, f.Value))], IsRemoval: false, IsConditional: true));

    public Tale Journals(int epoch, params string[] fields) => Then(at => new IntentJournalled(at, "people", new Intent(
        Key, Id, Side.Crm, RecordAction.Update, epoch,
        [.. fields.Select(f => new IntentField(f, FieldValue.Of("1"), FieldValue.Of("1"), "test"))], at, 1, at, at + TimeSpan.FromMinutes(2)) { Id = 1 }));

    /// <summary>What the checker says.</summary>
    public IReadOnlyList<Violation> Verdict(Stand? stand = null)
    {
        checker.AtRest(stand ?? Standing(), _ledger);
        return checker.Violations;
    }

    public static IReadOnlyList<(string, string)> Names { get; } = [.. Mapping.Fields.Select(f => (f.Warehouse, f.Crm))];

    public static Pair Pair(int epoch = 1, FieldBase? phone = null, PairState state = PairState.Linked) =>
        new(Key, Id, state, epoch, Fingerprint.None, Fingerprint.None, default, [phone, null, null]);

    public static FieldBase Base(string warehouse, string crm, BaseOrigin origin = BaseOrigin.Receipt) =>
        new(Half.Keep(FieldValue.Of(warehouse)), Half.Keep(FieldValue.Of(crm)), origin);

    public static Stand Standing(string? warehouse = null, string? crm = null, Pair? pair = null) =>
        new(Table.People, CrmKind.Salesforce, Mapping, [.. Mapping.Fields.Select(f => new FieldRule(f, new FieldType(FieldKind.Text), new FieldType(FieldKind.Text), Lands: false))])
        {
            Rows = new Dictionary<string, RowSight> { [Key] = new(Key, Values("phone", warehouse)) },
            Records = new Dictionary<string, CrmSight> { [Id] = new(Id, true, null, Key, Values("phone", crm)) },
            Pairs = [pair ?? Pair()],
        };

    private static string?[] Values(string column, string? value) => [.. Table.People.Columns.Select(c => c.Name == column ? value : null)];
}
