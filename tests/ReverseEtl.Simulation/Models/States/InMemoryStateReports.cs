using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>What people ask and decide, beside whatever cycle is running.</summary>
internal sealed class InMemoryStateReports(StateMemory memory, GatedIo io) : IStateReports
{
    public Task<IReadOnlyList<ConflictReport>> ConflictsAsync(string? mapping, CancellationToken cancellationToken) => AskAsync(
        "state.report.conflicts",
        () => Of(mapping).SelectMany(data => data.Conflicts.Open.Select(conflict => new ConflictReport(data.Name, conflict)))
            .OrderBy(report => report.Conflict.OpenedAt).ThenBy(report => report.Conflict.Id),
        cancellationToken);

    public Task<string?> ResolveAsync(long conflict, Resolution resolution, DateTimeOffset at, CancellationToken cancellationToken) =>
        io.RunAsync("state.report.resolve", () => Resolve(conflict, resolution, at), cancellationToken);

    public Task<IReadOnlyList<RejectReport>> RejectsAsync(string? mapping, CancellationToken cancellationToken) => AskAsync(
        "state.report.rejects",
        () => Of(mapping).SelectMany(data => data.Rejects.All).OrderBy(report => report.FirstAt).ThenBy(report => report.Id),
        cancellationToken);

    public Task<int> RetryRejectsAsync(string? mapping, IReadOnlyList<long> ids, DateTimeOffset at, CancellationToken cancellationToken) =>
        io.RunAsync("state.report.retry", () => Of(mapping).Sum(data => data.Rejects.Retry(ids, at)), cancellationToken);

    public Task MarkDirtyAsync(string mapping, DirtyMark mark, DateTimeOffset at, CancellationToken cancellationToken) =>
        io.RunAsync("state.report.mark", () => memory.Data.Of(mapping).Attention.Mark([mark], at), cancellationToken);

    public Task<IReadOnlyList<RunReport>> RunsAsync(string? mapping, int limit, CancellationToken cancellationToken) => AskAsync(
        "state.report.runs",
        () => Of(mapping).SelectMany(data => data.History.Runs).OrderByDescending(run => run.Run).Take(limit),
        cancellationToken);

    public Task<IReadOnlyList<MappingStatus>> StatusAsync(CancellationToken cancellationToken) => AskAsync(
        "state.report.status", () => Of(null).Where(data => data.Version is not null).Select(StatusOf), cancellationToken);

    public Task<RecordHistory?> ExplainAsync(string mapping, string keyOrCrmId, CancellationToken cancellationToken) => io.RunAsync(
        "state.report.explain", () => memory.Data.Find(mapping) is { } data ? Explanation.Of(data, keyOrCrmId) : null, cancellationToken);

    private Task<IReadOnlyList<T>> AskAsync<T>(string operation, Func<IEnumerable<T>> ask, CancellationToken cancellationToken) =>
        io.RunAsync<IReadOnlyList<T>>(operation, () => [.. ask()], cancellationToken);

    private IEnumerable<MappingData> Of(string? mapping) => memory.Data.Mappings.Where(data => mapping is null || data.Name == mapping);

    private string? Resolve(long id, Resolution resolution, DateTimeOffset at)
    {
        foreach (var data in memory.Data.Mappings)
        {
            if (data.Conflicts.Find(id) is not { } conflict)
            {
                continue;
            }

            var refusal = data.Conflicts.Resolve(id, resolution);
            // A question about a line is about no record.
            if (refusal is null && (conflict.Key ?? conflict.CrmId) is not null)
            {
                data.Attention.Mark([new DirtyMark(conflict.Key, conflict.CrmId, "conflict decided")], at);
            }

            return refusal;
        }

        return $"There is no conflict {id}.";
    }

    private static MappingStatus StatusOf(MappingData data) => new(
        data.Name,
        data.Pairs.CountLinked(),
        data.Conflicts.Open.Count,
        data.Rejects.All.Count,
        data.Intents.All.Count,
        data.Attention.Marks.Count(),
        data.Attention.Tombstones.Count,
        data.History.Losses.Count,
        data.Attention.Watermark(Side.Warehouse),
        data.Attention.Watermark(Side.Crm),
        data.History.Runs is [.., var last] ? last : null,
        data.History.Runs.LastOrDefault(run => run.Result?.Outcome is "ok" or "attention")?.FinishedAt)
    {
        NeedsComparison = data.DoubtedThrough is not null,
    };
}
