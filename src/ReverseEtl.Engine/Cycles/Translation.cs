using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Translates reference fields between warehouse keys and CRM ids through the identity map, for one batch at a time.</summary>
internal sealed class Translation(CycleContext context)
{
    private readonly Dictionary<(string Mapping, string Key), string> _ids = [];
    private readonly Dictionary<(string Mapping, string Id), string> _keys = [];

    /// <summary>Loads what these rows and records refer to.</summary>
    public async Task LoadAsync(IReadOnlyCollection<WarehouseRow> rows, IReadOnlyCollection<CrmRecord> records, CancellationToken cancellationToken)
    {
        for (var i = 0; i < context.Runtime.Rules.Count; i++)
        {
            if (context.Runtime.Rules[i].Mapping.References is not { } mapping)
            {
                continue;
            }

            var field = i;
            var keys = Texts(rows.Select(r => context.Runtime.Value(r, field)));
            var ids = Texts(records.Select(r => context.Runtime.Value(r, field)));
            if (keys.Count > 0)
            {
                foreach (var (key, id) in await context.State.CrmIdsOfAsync(mapping, keys, cancellationToken))
                {
                    _ids[(mapping, key)] = id;
                }
            }

            if (ids.Count > 0)
            {
                foreach (var (id, key) in await context.State.KeysOfAsync(mapping, ids, cancellationToken))
                {
                    _keys[(mapping, id)] = key;
                }
            }
        }
    }

    /// <summary>A warehouse value as the CRM would hold it; not observed when the record that it refers to is not linked.</summary>
    public FieldValue ToCrm(int field, FieldValue value) => Look(_ids, field, value);

    /// <summary>A CRM value as the warehouse would hold it, likewise.</summary>
    public FieldValue ToWarehouse(int field, FieldValue value) => Look(_keys, field, value);

    private FieldValue Look(Dictionary<(string, string), string> map, int field, FieldValue value) =>
        context.Runtime.Rules[field].Mapping.References is not { } mapping || value.State is not ValueState.Value ? value
        : map.TryGetValue((mapping, value.Text!), out var other) ? FieldValue.Of(other)
        : FieldValue.NotObserved;

    private static HashSet<string> Texts(IEnumerable<FieldValue> values) =>
        values.Where(v => v.State is ValueState.Value).Select(v => v.Text!).ToHashSet(StringComparer.Ordinal);
}
