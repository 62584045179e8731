using System.Diagnostics;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using Half = ReverseEtl.Core.Planning.Half;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>How many pairs of ten fields the planner decides in a second, on one core: one field of the row moved, the CRM was not read.</summary>
internal sealed class Planner : IBenchmark
{
    private const int Pairs = 1_000;
    private const int FieldsEach = 10;
    private const int Rounds = 7;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(0.5);

    public string Name => "planner";

    public string About => "pairs of ten fields that the planner decides in a second";

    public Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        var rules = new RecordRules();
        FieldRule[] fields = [.. Enumerable.Range(0, FieldsEach).Select(n => new FieldRule(
            new FieldMapping { Warehouse = $"w{n}", Crm = $"C{n}", Owner = FieldOwner.Warehouse }, new FieldType(FieldKind.Text), new FieldType(FieldKind.Text), Lands: false))];
        RecordView[] views = [.. Enumerable.Range(0, Pairs).Select(pair => View(fields, pair))];
        Measure(rules, fields, views);
        var rates = Enumerable.Range(0, Rounds).Select(_ => Measure(rules, fields, views)).ToList();
        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            new Figure($"{Name}.pairs", Sample.Middle(rates), "pairs/s") { Baseline = $"one core, {FieldsEach} fields with one owner, one of them moved", Range = [rates.Min(), rates.Max()] },
        ]);
    }

    private static double Measure(RecordRules rules, FieldRule[] fields, RecordView[] views)
    {
        var start = Stopwatch.GetTimestamp();
        long planned = 0;
        while (Stopwatch.GetElapsedTime(start) < Long)
        {
            foreach (var view in views)
            {
                var decision = RecordPlanner.Plan(rules, fields, view);
                planned += decision.Step is RecordStep.Fields ? 1 : throw new InvalidOperationException($"The planner decides {decision}.");
            }
        }

        return planned / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static RecordView View(FieldRule[] fields, int pair) => new()
    {
        State = PairState.Linked,
        Warehouse = Presence.Present,
        Crm = Presence.Unread,
        Fields = [.. fields.Select((field, n) =>
        {
            var before = FieldValue.Of($"value {n} of pair {pair}");
            var now = n == pair % FieldsEach ? FieldValue.Of($"new value of pair {pair}") : before;
            return new FieldView
            {
                Base = new FieldBase(Half.HashOf(field.WarehouseType, before), Half.HashOf(field.CrmType, before), BaseOrigin.Receipt),
                Warehouse = now,
                WarehouseAsCrm = now,
                Crm = FieldValue.Unmoved,
                CrmAsWarehouse = FieldValue.Unmoved,
            };
        })],
    };
}
