using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>The identity map and the bases. A reserved pair is a row like any other of which nothing but its epoch is known.</summary>
internal sealed class PairRows
{
    private readonly SortedDictionary<string, StoredPair> _rows = new(Utf8Order.Instance);

    public IReadOnlyList<PairPrint> Prints() => [.. _rows.Values.Select(row => new PairPrint(row.Pair.Key, row.Pair.WarehousePrint, row.Pair.State, row.Pair.RowHash))];

    public IEnumerable<Pair> All(int[] numbers) => _rows.Values.Select(row => row.Read(numbers));

    public long CountLinked() => _rows.Values.LongCount(row => row.Pair.State is PairState.Linked);

    public int? EpochOf(string key) => _rows.TryGetValue(key, out var row) ? row.Pair.Epoch : null;

    public Pair? Find(string key, int[] numbers) => _rows.TryGetValue(key, out var row) ? row.Read(numbers) : null;

    public Dictionary<string, Pair> ByKey(IEnumerable<string> keys, int[] numbers)
    {
        var found = new Dictionary<string, Pair>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (_rows.TryGetValue(key, out var row))
            {
                found[key] = row.Read(numbers);
            }
        }

        return found;
    }

    public ILookup<string, Pair> ByCrmId(IEnumerable<string> ids, int[] numbers)
    {
        var wanted = ids.ToHashSet(StringComparer.Ordinal);
        return _rows.Values.Where(row => row.Pair.CrmId is { } id && wanted.Contains(id))
            .OrderBy(row => row.Pair.State is PairState.Duplicate)
            .Select(row => row.Read(numbers))
            .ToLookup(pair => pair.CrmId!, StringComparer.Ordinal);
    }

    /// <summary>Linked pairs only.</summary>
    public Dictionary<string, string> CrmIdsOf(IEnumerable<string> keys)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (_rows.TryGetValue(key, out var row) && row.Pair is { State: PairState.Linked, CrmId: { } id })
            {
                found[key] = id;
            }
        }

        return found;
    }

    /// <summary>The key of the linked pair, by CRM id.</summary>
    public Dictionary<string, string> KeysByCrmId() => _rows.Values
        .Where(row => row.Pair is { State: PairState.Linked, CrmId: not null })
        .ToDictionary(row => row.Pair.CrmId!, row => row.Pair.Key, StringComparer.Ordinal);

    /// <summary>Throws when the pairs cannot be stored after the others were forgotten. Changes nothing.</summary>
    public void Check(IReadOnlyList<Pair> pairs, IReadOnlyList<string> forgotten, int fields)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        if (pairs.FirstOrDefault(pair => pair.Bases.Length != fields) is { } odd)
        {
            throw new ArgumentException($"A pair has {odd.Bases.Length} bases, the mapping {fields} fields.");
        }

        var named = pairs.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        if (named.Count < pairs.Count)
        {
            throw Refused("a pair is named twice in one settlement");
        }

        named.UnionWith(forgotten);
        var taken = _rows.Values.Where(row => !named.Contains(row.Pair.Key)).Select(row => row.Pair).Where(HasIdOfItsOwn)
            .Select(pair => pair.CrmId!).ToHashSet(StringComparer.Ordinal);
        if (pairs.Where(HasIdOfItsOwn).Any(pair => !taken.Add(pair.CrmId!)))
        {
            throw Refused("two pairs have one CRM id (pair_crm_id)");
        }
    }

    public void Store(IReadOnlyList<Pair> pairs, int[] numbers)
    {
        foreach (var pair in pairs)
        {
            _rows[pair.Key] = new(pair with { Bases = [.. pair.Bases], CrmVersion = Micros.Stored(pair.CrmVersion) }, numbers);
        }
    }

    /// <summary>Only where the pair is settled with the very row.</summary>
    public void Stamp(IReadOnlyList<RowStamp> stamps)
    {
        foreach (var stamp in stamps)
        {
            if (_rows.TryGetValue(stamp.Key, out var row) && row.Pair.WarehousePrint == stamp.Print)
            {
                _rows[stamp.Key] = row with { Pair = row.Pair with { RowHash = stamp.Hash } };
            }
        }
    }

    public void Reserve(string key, int epoch) =>
        _rows.Add(key, new(new Pair(key, null, PairState.CreatingCrm, epoch, Fingerprint.None, Fingerprint.None, default, []), []));

    public void Forget(IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
        {
            _rows.Remove(key);
        }
    }

    public PairRows Copy()
    {
        var copy = new PairRows();
        foreach (var (key, row) in _rows)
        {
            copy._rows.Add(key, row);
        }

        return copy;
    }

    // Pairs on one record are duplicates of each other until one is chosen; all others are alone on theirs.
    private static bool HasIdOfItsOwn(Pair pair) => pair is { CrmId: not null, State: not PairState.Duplicate };

    private static PortException Refused(string why) => new(PortTrouble.Refused, $"The state refused: {why}.");

    /// <summary>A pair with the numbers of the fields whose bases it holds. Never changed in place.</summary>
    private sealed record StoredPair(Pair Pair, int[] Numbers)
    {
        public Pair Read(int[] numbers)
        {
            var bases = new FieldBase?[numbers.Length];
            for (var i = 0; i < bases.Length; i++)
            {
                var at = i < Numbers.Length && Numbers[i] == numbers[i] ? i : Array.IndexOf(Numbers, numbers[i]);
                bases[i] = at < 0 ? null : Pair.Bases[at];
            }

            return Pair with { Bases = bases };
        }
    }
}
