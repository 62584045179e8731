using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.State.Tests;

/// <summary>A mapping of its own for each test, and short ways to make things.</summary>
public abstract class StateTestBase
{
    /// <summary>Long enough for any test, short enough to run out in one.</summary>
    protected static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    private static int _mappings;

    protected static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    protected static readonly CancellationToken None = CancellationToken.None;
    protected static readonly IReadOnlyList<FieldMapping> TwoFields = [Field("name", "Name"), Field("phone", "Phone")];

    protected abstract IStateStore Store { get; }

    protected IStateReports Reports => Store.Reports;

    protected string Mapping { get; } = $"m{Interlocked.Increment(ref _mappings)}";

    protected static FieldMapping Field(string warehouse, string crm) => new() { Warehouse = warehouse, Crm = crm, Owner = FieldOwner.Shared };

    protected static Fingerprint Print(string text) => Fingerprint.OfText(text);

    protected static FieldBase Base(string? warehouse, string? crm) => new(Core.Planning.Half.Keep(FieldValue.Of(warehouse)), Core.Planning.Half.Keep(FieldValue.Of(crm)), BaseOrigin.Receipt);

    protected static Pair Linked(string key, string? crmId = null, int epoch = 1, PairState state = PairState.Linked, FieldBase?[]? bases = null) =>
        new(key, crmId ?? "C-" + key, state, epoch, Print("w" + key), Print("c" + key), Noon, bases ?? [Base(key, key), null]);

    protected static Intent Update(string key, int epoch = 1, Side side = Side.Crm, RecordAction action = RecordAction.Update) => new(
        key, action is RecordAction.Create ? null : "C-" + key, side, action, epoch,
        [new("Name", FieldValue.Of("new"), FieldValue.Of("New"), "owner: warehouse"), new("Phone", FieldValue.Null, FieldValue.Null, "owner: shared")],
        Noon, 1, Noon, Noon.AddMinutes(5));

    protected static Settlement At(long run = 1) => new() { At = Noon, Run = run };

    protected StateOpening Opening(bool dryRun = false, string version = "v1", IReadOnlyList<FieldMapping>? fields = null, TimeSpan? lease = null, string? mapping = null) =>
        new(mapping ?? Mapping, Print(version), fields ?? TwoFields, "test", lease ?? LeaseTime, dryRun);

    protected async Task<IMappingState> OpenAsync(bool dryRun = false, string version = "v1", IReadOnlyList<FieldMapping>? fields = null, string? mapping = null) =>
        await Store.OpenAsync(Opening(dryRun, version, fields, mapping: mapping), None) ?? throw new InvalidOperationException("Somebody else has the lease.");

    protected static async Task<List<PairPrint>> PrintsAsync(IMappingState state)
    {
        var prints = new List<PairPrint>();
        await foreach (var print in state.ReadPrintsAsync())
        {
            prints.Add(print);
        }

        return prints;
    }
}
