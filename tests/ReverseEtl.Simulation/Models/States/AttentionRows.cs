using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>What the next cycle must look at: marks, missing records, and how far the sides were read.</summary>
internal sealed class AttentionRows(Sequences sequences)
{
    private readonly List<(DateTimeOffset At, DirtyMark Mark)> _marks = [];
    private readonly List<Tombstone> _tombstones = [];
    private readonly Watermark?[] _watermarks = new Watermark?[2];

    public IEnumerable<DirtyMark> Marks => _marks.Select(row => row.Mark);

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<Tombstone> Tombstones =>
        [.. _tombstones.OrderBy(row => row.MissingSince).ThenBy(row => row.Key, Utf8Order.Instance).ThenBy(row => row.Side)];

    public Watermark? Watermark(Side side) => _watermarks[(int)side];

    /// <summary>Marks records. A mark made again keeps its place in the line and gets a new id, so that clearing the old one does not lose it.</summary>
    public void Mark(IReadOnlyList<DirtyMark> marks, DateTimeOffset at)
    {
        foreach (var mark in marks.LastBy(mark => (mark.Key, mark.CrmId)))
        {
            var marked = mark with { Id = sequences.NextDirty() };
            var standing = _marks.FindIndex(row => row.Mark.Key == mark.Key && row.Mark.CrmId == mark.CrmId);
            if (standing < 0)
            {
                _marks.Add((Micros.Stored(at), marked));
            }
            else
            {
                _marks[standing] = (_marks[standing].At, marked);
            }
        }
    }

    public void ClearMarks(IReadOnlyList<long> ids)
    {
        if (ids.Count > 0)
        {
            _marks.RemoveAll(row => ids.Contains(row.Mark.Id));
        }
    }

    /// <summary>Marks, and rejects that are due; the oldest first, at most so many.</summary>
    public IReadOnlyList<DirtyMark> Due(RejectRows rejects, DateTimeOffset now, int limit)
    {
        var due = rejects.All.Where(row => row.Reject.NextAttemptAt is { } next && next <= now)
            .Select(row => (At: row.Reject.NextAttemptAt!.Value, Mark: new DirtyMark(row.Reject.Key, row.Reject.CrmId, "reject is due")));
        return [.. _marks.Concat(due).OrderBy(row => row.At).ThenBy(row => row.Mark.Id).Take(limit).Select(row => row.Mark)];
    }

    /// <summary>Records that are missing; the first time they were seen so counts.</summary>
    public void Miss(IReadOnlyList<Tombstone> tombstones)
    {
        foreach (var tombstone in tombstones.LastBy(tombstone => (tombstone.Key, tombstone.Side)))
        {
            var since = Micros.Stored(tombstone.MissingSince);
            var standing = _tombstones.FindIndex(row => row.Key == tombstone.Key && row.Side == tombstone.Side);
            if (standing < 0)
            {
                _tombstones.Add(tombstone with { MissingSince = since });
            }
            else if (since < _tombstones[standing].MissingSince)
            {
                _tombstones[standing] = tombstone with { MissingSince = since };
            }
        }
    }

    public void ClearTombstones(IReadOnlyList<(string Key, Side Side)> records)
    {
        if (records.Count > 0)
        {
            _tombstones.RemoveAll(row => records.Contains((row.Key, row.Side)));
        }
    }

    public void StoreWatermarks(IReadOnlyList<(Side Side, Watermark Mark)> marks)
    {
        foreach (var (side, mark) in marks)
        {
            _watermarks[(int)side] = new(Micros.Stored(mark.Through), mark.FullAt is { } full ? Micros.Stored(full) : null);
        }
    }

    public AttentionRows Copy(Sequences copied)
    {
        var copy = new AttentionRows(copied);
        copy._marks.AddRange(_marks);
        copy._tombstones.AddRange(_tombstones);
        _watermarks.CopyTo(copy._watermarks, 0);
        return copy;
    }
}
