using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Daemon.Tests.Support;

/// <summary>A state that holds what the test puts in, for reports.</summary>
internal sealed class FakeState : FakeSide, IStateStore, IStateReports
{
    public List<ConflictReport> Conflicts { get; } = [];

    public List<RejectReport> Rejects { get; } = [];

    public List<RunReport> Runs { get; } = [];

    public List<MappingStatus> Statuses { get; } = [];

    public List<(long Conflict, Resolution Resolution)> Resolved { get; } = [];

    public List<(string? Mapping, IReadOnlyList<long> Ids)> Retried { get; } = [];

    public List<LineMemory> Lines { get; } = [];

    public RecordHistory? History { get; set; }

    public string? Refusal { get; set; }

    public int Migrations { get; private set; }

    public IStateReports Reports => this;

    public Task MigrateAsync(CancellationToken cancellationToken)
    {
        Migrations++;
        return Answer(0);
    }

    public Task<IMappingState?> OpenAsync(StateOpening opening, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<LineMemory>> LinesAsync(string mapping, CancellationToken cancellationToken) => Answer<IReadOnlyList<LineMemory>>(Lines);

    public Task<IReadOnlyList<ConflictReport>> ConflictsAsync(string? mapping, CancellationToken cancellationToken) => Answer<IReadOnlyList<ConflictReport>>(Conflicts);

    public Task<string?> ResolveAsync(long conflict, Resolution resolution, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Resolved.Add((conflict, resolution));
        return Answer(Refusal);
    }

    public Task<IReadOnlyList<RejectReport>> RejectsAsync(string? mapping, CancellationToken cancellationToken) => Answer<IReadOnlyList<RejectReport>>(Rejects);

    public Task<int> RetryRejectsAsync(string? mapping, IReadOnlyList<long> ids, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Retried.Add((mapping, ids));
        return Answer(ids.Count);
    }

    public Task MarkDirtyAsync(string mapping, DirtyMark mark, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RunReport>> RunsAsync(string? mapping, int limit, CancellationToken cancellationToken) => Answer<IReadOnlyList<RunReport>>([.. Runs.Take(limit)]);

    public Task<IReadOnlyList<MappingStatus>> StatusAsync(CancellationToken cancellationToken) => Answer<IReadOnlyList<MappingStatus>>(Statuses);

    public Task<RecordHistory?> ExplainAsync(string mapping, string keyOrCrmId, CancellationToken cancellationToken) => Answer(History);
}
