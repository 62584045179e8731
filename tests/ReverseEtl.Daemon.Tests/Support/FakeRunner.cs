using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Daemon.Tests.Support;

/// <summary>Counts cycles and answers or hangs as told.</summary>
internal sealed class FakeRunner : ICycleRunner
{
    private readonly Lock _gate = new();
    private readonly List<(string Mapping, string Reason)> _cycles = [];
    private int _inFlight;

    public IReadOnlyList<(string Mapping, string Reason)> Cycles
    {
        get
        {
            lock (_gate)
            {
                return [.. _cycles];
            }
        }
    }

    /// <summary>The CRM ids that cycles were told of, each once.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. Requests.SelectMany(request => request.Heard).Distinct()];
            }
        }
    }

    public List<CycleRequest> Requests { get; } = [];

    public List<Mapping> Mappings { get; } = [];

    public int MostAtOnce { get; private set; }

    public Func<Mapping, CancellationToken, Task<CycleReport>> Answer { get; set; } = (mapping, _) => Task.FromResult(Report(mapping.Name));

    public static CycleReport Report(string mapping) => new(mapping, 7, new RunResult { Outcome = "ok" });

    public async Task<CycleReport> RunAsync(Mapping mapping, CycleRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _cycles.Add((mapping.Name, request.Reason));
            Requests.Add(request);
            Mappings.Add(mapping);
            MostAtOnce = Math.Max(MostAtOnce, ++_inFlight);
        }

        try
        {
            return await Answer(mapping, cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _inFlight--;
            }
        }
    }
}
