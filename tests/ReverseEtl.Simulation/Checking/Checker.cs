using ReverseEtl.Simulation.Logs;

namespace ReverseEtl.Simulation.Checking;

/// <summary>Watches one invariant over the log of a run and over what is left at its end.</summary>
/// <param name="invariant">Its number.</param>
public abstract class Checker(string invariant)
{
    private readonly List<Violation> _violations = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>Which invariant.</summary>
    public string Invariant => invariant;

    /// <summary>Something happened; <paramref name="ledger"/> knows everything before it.</summary>
    public virtual void See(Happening happening, Ledger ledger)
    {
    }

    /// <summary>Everything has come to rest.</summary>
    public virtual void AtRest(Stand stand, Ledger ledger)
    {
    }

    /// <summary>Notes a violation that is found at the end.</summary>
    protected void Report(string what, string mapping, params IEnumerable<string?> records) => Report(null, what, mapping, records);

    /// <summary>Notes a violation that something brought about.</summary>
    protected void Report(Happening? by, string what, string mapping, params IEnumerable<string?> records) =>
        _violations.Add(new Violation(invariant, what, mapping, [.. records.OfType<string>().Distinct(StringComparer.Ordinal)]) { At = by?.At });
}
