using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>The journal of writes whose outcome is not known.</summary>
internal sealed class IntentRows(Sequences sequences)
{
    private readonly List<Intent> _rows = [];

    /// <summary>In the order of ids.</summary>
    public IReadOnlyList<Intent> All => _rows;

    /// <summary>Journals what may be sent and reserves the pairs that are being created; 0 for what may not.</summary>
    public IReadOnlyList<long> Prepare(IReadOnlyList<Intent> intents, PairRows pairs)
    {
        var epochs = intents.Select(intent => pairs.EpochOf(intent.Key)).ToList();
        var ids = new List<long>(intents.Count);
        foreach (var (i, intent) in intents.Index())
        {
            var id = sequences.NextIntent();
            ids.Add(MayBeSent(intent, epochs[i]) ? id : 0);
            if (ids[i] == 0)
            {
                continue;
            }

            _rows.Add(Stored(intent) with { Id = id });
            if (epochs[i] is null && intent is { Action: RecordAction.Create, Side: Side.Crm })
            {
                pairs.Reserve(intent.Key, intent.Epoch);
            }
        }

        return ids;
    }

    public void Close(IReadOnlyList<long> ids)
    {
        if (ids.Count > 0)
        {
            _rows.RemoveAll(row => ids.Contains(row.Id));
        }
    }

    public IntentRows Copy(Sequences copied)
    {
        var copy = new IntentRows(copied);
        copy._rows.AddRange(_rows);
        return copy;
    }

    // One open intent a record and side. A pair that is not there yet has no epoch to be out of date: its record is being created or linked.
    private bool MayBeSent(Intent intent, int? epoch) =>
        (epoch is null ? intent.Action is RecordAction.Create or RecordAction.Link : epoch == intent.Epoch)
        && !_rows.Exists(row => row.Key == intent.Key && row.Side == intent.Side);

    private static Intent Stored(Intent intent) => intent with
    {
        Fields = [.. intent.Fields],
        SeenVersion = Micros.Stored(intent.SeenVersion),
        PreparedAt = Micros.Stored(intent.PreparedAt),
        SendDeadline = Micros.Stored(intent.SendDeadline),
    };
}
