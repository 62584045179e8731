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
            var keys = rows.SelectMany(r => Parts(field, context.Runtime.Value(r, field))).ToHashSet(StringComparer.Ordinal);

            // Links are the warehouse's, so the other way is never gone.
            var ids = context.Runtime.Rules[i].IsLink ? [] : records.SelectMany(r => Parts(field, context.Runtime.Value(r, field))).ToHashSet(StringComparer.Ordinal);
            if (keys.Count > 0)
            {
                if (context.Request.Foreseen.TryGetValue(mapping, out var foreseen))
                {
                    keys.Where(foreseen.ContainsKey).ToList().ForEach(key => _ids[(mapping, key)] = foreseen[key]);
                }

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

    private FieldValue Look(Dictionary<(string, string), string> map, int field, FieldValue value)
    {
        if (context.Runtime.Rules[field].Mapping.References is not { } mapping || value.State is not ValueState.Value)
        {
            return value;
        }

        var others = Parts(field, value).Select(part => map.GetValueOrDefault((mapping, part))).ToList();
        return others.Contains(null) ? FieldValue.NotObserved
            : others.Count == 0 ? FieldValue.Null
            : FieldValue.Of(string.Join(FieldType.ListSeparator, others));
    }

    private IReadOnlyList<string> Parts(int field, FieldValue value) =>
        value.State is not ValueState.Value ? []
        : context.Runtime.Rules[field].Mapping.Association is { Many: true } ? FieldType.SplitList(value.Text!)
        : [value.Text!];
}
