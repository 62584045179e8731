namespace ReverseEtl.Daemon.KillPoints;

/// <summary>
/// Ends the process at its n-th numbered I/O as a power cut would: nothing is flushed, given back or told. It proves crash safety: a run
/// that was killed anywhere and is started again must leave what a run leaves that nobody killed. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A point is passed before and after every call of the state and of a warehouse, at every item of a stream, and before and after every
/// HTTP request to a CRM. Points are numbered from 1 in the order in which the process passes them.
/// </remarks>
internal sealed class KillSwitch
{
    /// <summary>The environment variable with the number of the point to die at.</summary>
    public const string AtVariable = "RETL_KILL_AT";

    /// <summary>The environment variable with the file that gets the points that a run passed, one a line, when it ends by itself.</summary>
    public const string ListVariable = "RETL_KILL_LIST";

    private readonly Lock _gate = new();
    private readonly List<string> _passed = [];
    private readonly int? _at;
    private readonly string? _list;

    private KillSwitch(int? at, string? list) => (_at, _list) = (at, list);

    /// <summary>The switch that the environment asks for; null without one, so that nothing is put between the program and its sides.</summary>
    public static KillSwitch? FromEnvironment()
    {
        var at = int.TryParse(Environment.GetEnvironmentVariable(AtVariable), out var number) ? number : (int?)null;
        var list = Environment.GetEnvironmentVariable(ListVariable);
        return at is null && string.IsNullOrEmpty(list) ? null : new KillSwitch(at, list);
    }

    /// <summary>Passes a point, or dies there.</summary>
    public void Pass(string point)
    {
        lock (_gate)
        {
            _passed.Add(point);
            if (_passed.Count == _at)
            {
                Environment.FailFast($"Killed at point {_at}: {point}");
            }
        }
    }

    /// <summary>Writes the list where one is asked for.</summary>
    public void WriteList()
    {
        if (!string.IsNullOrEmpty(_list))
        {
            lock (_gate)
            {
                File.WriteAllLines(_list, _passed);
            }
        }
    }
}
