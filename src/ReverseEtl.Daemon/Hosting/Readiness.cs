using System.Collections.Concurrent;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Hosting;

/// <summary>Whether the daemon can do its work: state and used connections answer, and every mapping runs.</summary>
/// <remarks>Answers are kept for a while, because probes come every few seconds and a CRM counts every call.</remarks>
public sealed class Readiness(MappingCatalog catalog, Supervisor supervisor, IConnections connections, RetlSettings settings, TimeProvider time)
{
    private const string Crm = "crm";

    private readonly DaemonOptions _options = settings.Daemon;
    private readonly ConcurrentDictionary<(string Kind, string Name), ConnectionCheck> _checks = new();

    /// <summary>The answer of <c>/readyz</c>.</summary>
    public async Task<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        var workers = supervisor.Workers;
        var checks = await Task.WhenAll(Used([.. workers.Select(worker => worker.Mapping)]).Select(each => CheckAsync(each.Kind, each.Name, each.Check, cancellationToken)));
        var notes = catalog.Notes;
        var mappings = workers.Select(worker => new MappingReadiness(worker.Mapping.Name, worker.Trouble is null ? "running" : "failing", worker.Trouble))
            .Select(each => each.State == "running" && notes.FirstOrDefault(note => note.Mapping == each.Mapping) is { } note
                ? each with { State = "stale", Reason = Reason(note) }
                : each)
            .Concat(notes.Where(note => !note.Runs).Select(note => new MappingReadiness(note.Mapping, "stopped", Reason(note))))
            .OrderBy(each => each.Mapping, StringComparer.Ordinal).ToList();

        // A stale mapping does its work by its last good version; that is worth telling, not worth a restart.
        var reasons = checks.Where(check => !check.Ok).Select(check => $"{check.Kind} '{check.Name}': {check.Reason}")
            .Concat(mappings.Where(each => each.State is "failing" or "stopped").Select(each => $"mapping '{each.Mapping}' is {each.State}: {each.Reason}")).ToList();
        return new(reasons.Count == 0, reasons, checks, mappings);
    }

    private static string Reason(MappingNote note) => $"{note.Meaning}: {note.Problems[0]}";

    private IEnumerable<(string Kind, string Name, Func<CancellationToken, Task> Check)> Used(IReadOnlyList<Mapping> mappings)
    {
        yield return ("state", "State", token => connections.State.CheckAsync(token));
        foreach (var name in mappings.Select(mapping => mapping.Warehouse.Connection).Distinct().Order(StringComparer.Ordinal))
        {
            yield return ("warehouse", name, token => connections.Warehouse(name).CheckAsync(token));
        }

        foreach (var name in mappings.Select(mapping => mapping.Crm.Connection).Distinct().Order(StringComparer.Ordinal))
        {
            yield return (Crm, name, token => connections.Crm(name).CheckAsync(token));
        }
    }

    private async Task<ConnectionCheck> CheckAsync(string kind, string name, Func<CancellationToken, Task> check, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_checks.TryGetValue((kind, name), out var known) && now - known.CheckedAt < _options.ReadinessAge)
        {
            return known;
        }

        var reason = await AskAsync(check, cancellationToken);
        return _checks[(kind, name)] = new ConnectionCheck(kind, name, reason is null, reason, now) { Use = kind == Crm ? UseOf(name) : null };
    }

    // Also where the check failed: a share that is used up is a common reason.
    private CrmUse? UseOf(string name)
    {
        try
        {
            return connections.Crm(name).Use;
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    private async Task<string?> AskAsync(Func<CancellationToken, Task> check, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ReadinessTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await check(either.Token);
            return null;
        }
        catch (PortException e)
        {
            return e.Message;
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return $"did not answer within {_options.ReadinessTimeout.TotalSeconds} s";
        }
    }
}

/// <summary>The answer of <c>/readyz</c>.</summary>
/// <param name="Ready">Whether everything works.</param>
/// <param name="Reasons">Why not.</param>
/// <param name="Connections">State, warehouses and CRMs in use.</param>
/// <param name="Mappings">Every mapping file.</param>
public sealed record ReadinessReport(
    bool Ready, IReadOnlyList<string> Reasons, IReadOnlyList<ConnectionCheck> Connections, IReadOnlyList<MappingReadiness> Mappings);

/// <summary>One connection.</summary>
/// <param name="Kind"><c>state</c>, <c>warehouse</c> or <c>crm</c>.</param>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Ok">Whether it answered.</param>
/// <param name="Reason">Why not.</param>
/// <param name="CheckedAt">When it was asked.</param>
public sealed record ConnectionCheck(string Kind, string Name, bool Ok, string? Reason, DateTimeOffset CheckedAt)
{
    /// <summary>How much of a CRM's day is used; null where it does not tell, and for other connections.</summary>
    public CrmUse? Use { get; init; }
}

/// <summary>One mapping.</summary>
/// <param name="Mapping">Name.</param>
/// <param name="State"><c>running</c>, <c>stale</c> (an older version runs), <c>failing</c> (cycles fail) or <c>stopped</c>.</param>
/// <param name="Reason">Why, unless it is running.</param>
public sealed record MappingReadiness(string Mapping, string State, string? Reason);
