using ReverseEtl.Engine.Cycles;
using ReverseEtl.Simulation.Coverage;
using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Checking;

/// <summary>All checkers over one log.</summary>
public sealed class Checkers
{
    private readonly Idempotence _idempotence = new();
    private readonly Timeliness _timeliness = new();
    private readonly IReadOnlyList<Checker> _all;

    private readonly Sightings _sightings;

    /// <summary>For a world with this CRM and these options.</summary>
    public Checkers(CrmKind crm, EngineOptions options, Counters counters)
    {
        Ledger = new Ledger(crm);
        _sightings = new Sightings(counters, Ledger);
        _all =
        [
            new Convergence(), new LostUpdate(), new WriteJustification(), _idempotence, new Stability(options.UnstableAfter + 2), new Provenance(),
            new BaseHonesty(), new Ownership(), new DeleteSafety(options.TombstoneAge), new Identity(), new CrashSafety(), new MonotoneDecisions(), new AuditSoundness(), _timeliness,
        ];
    }

    /// <summary>What is known so far.</summary>
    public Ledger Ledger { get; }

    /// <summary>Everything that was found.</summary>
    public IReadOnlyList<Violation> Violations => [.. _all.SelectMany(c => c.Violations)];

    /// <summary>Something happened.</summary>
    public void See(Happening happening)
    {
        foreach (var checker in _all)
        {
            checker.See(happening, Ledger);
        }

        _sightings.See(happening);
        Ledger.Add(happening);
    }

    /// <summary>Users have rested for long, and only polls have looked since.</summary>
    public void Rested(IEnumerable<Stand> stands) => stands.ToList().ForEach(stand => _timeliness.Rested(stand, Ledger));

    /// <summary>Everything has come to rest: this is what is left.</summary>
    public void AtRest(IEnumerable<Stand> stands)
    {
        foreach (var stand in stands)
        {
            foreach (var checker in _all)
            {
                checker.AtRest(stand, Ledger);
            }
        }
    }

    /// <summary>From now on nothing may happen any more.</summary>
    public void Rest() => _idempotence.Rest();
}
