using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>Records that a side refuses, one row a record and side.</summary>
internal sealed class RejectRows(Sequences sequences)
{
    private readonly List<RejectReport> _rows = [];

    /// <summary>In the order of ids.</summary>
    public IReadOnlyList<RejectReport> All => _rows;

    public ILookup<string, Reject> Of(IEnumerable<string> keys)
    {
        var wanted = keys.ToHashSet(StringComparer.Ordinal);
        return _rows.Select(row => row.Reject).Where(reject => wanted.Contains(reject.Key)).ToLookup(reject => reject.Key, StringComparer.Ordinal);
    }

    public void Store(string mapping, IReadOnlyList<Reject> rejects, DateTimeOffset at)
    {
        foreach (var given in rejects.LastBy(reject => (reject.Key, reject.Side)))
        {
            var reject = given with { NextAttemptAt = given.NextAttemptAt is { } next ? Micros.Stored(next) : null };
            var standing = _rows.FindIndex(row => row.Reject.Key == reject.Key && row.Reject.Side == reject.Side);
            if (standing < 0)
            {
                _rows.Add(new(sequences.NextReject(), mapping, reject, Micros.Stored(at), Micros.Stored(at)));
            }
            else
            {
                _rows[standing] = _rows[standing] with { Reject = reject, LastAt = Micros.Stored(at) };
            }
        }
    }

    public void Clear(IReadOnlyList<(string Key, Side Side)> records)
    {
        if (records.Count > 0)
        {
            _rows.RemoveAll(row => records.Contains((row.Reject.Key, row.Reject.Side)));
        }
    }

    /// <summary>Makes rejects due; those with these ids, or all when there are none. How many.</summary>
    public int Retry(IReadOnlyList<long> ids, DateTimeOffset at)
    {
        var count = 0;
        for (var i = 0; i < _rows.Count; i++)
        {
            if (ids.Count == 0 || ids.Contains(_rows[i].Id))
            {
                _rows[i] = _rows[i] with { Reject = _rows[i].Reject with { NextAttemptAt = Micros.Stored(at) } };
                count++;
            }
        }

        return count;
    }

    /// <summary>Makes those due that wait for a change.</summary>
    public void Due(DateTimeOffset at)
    {
        if (_rows.Where(row => row.Reject.Retry is RetryRule.AfterChange).Select(row => row.Id).ToList() is { Count: > 0 } waiting)
        {
            Retry(waiting, at);
        }
    }

    public RejectRows Copy(Sequences copied)
    {
        var copy = new RejectRows(copied);
        copy._rows.AddRange(_rows);
        return copy;
    }
}
