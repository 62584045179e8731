using System.Data;
using System.Data.Common;

namespace ReverseEtl.Simulation.Models;

/// <summary>A transaction of the database that state and warehouse may share. Effects wait for the commit; locks are let go at the end.</summary>
internal sealed class MemoryTransaction : DbTransaction
{
    private readonly List<Action> _effects = [];
    private readonly List<Action> _locks = [];

    public bool IsOver { get; private set; }

    public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;

    protected override DbConnection? DbConnection => null;

    /// <summary>Happens at the commit, or never.</summary>
    public void AtCommit(Action effect) => _effects.Add(effect);

    /// <summary>Happens when the transaction is over, whatever became of it.</summary>
    public void AtEnd(Action unlock) => _locks.Add(unlock);

    public override void Commit()
    {
        ObjectDisposedException.ThrowIf(IsOver, this);
        _effects.ForEach(effect => effect());
        Rollback();
    }

    public override void Rollback()
    {
        if (!IsOver)
        {
            IsOver = true;
            _locks.ForEach(unlock => unlock());
        }
    }

    protected override void Dispose(bool disposing)
    {
        Rollback();
        base.Dispose(disposing);
    }
}
