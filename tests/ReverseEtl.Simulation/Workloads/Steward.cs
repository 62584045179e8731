using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;
using ReverseEtl.Simulation.Models.States;
using ReverseEtl.Simulation.Worlds;

namespace ReverseEtl.Simulation.Workloads;

/// <summary>Answers questions and has rejects tried again, through the same reports as a person would.</summary>
public sealed class Steward(World world, Random random, Values values)
{
    private readonly IStateReports _reports = new InMemoryStateStore(world.Memory).Reports;

    /// <summary>One open question, or the rejects.</summary>
    public void Act()
    {
        var open = Now(_reports.ConflictsAsync(null, CancellationToken.None)).Where(c => c.Conflict.Resolution is null).ToList();
        if (open.Count == 0 || random.Next(4) == 0)
        {
            Now(_reports.RetryRejectsAsync(null, [], world.Loop.Now, CancellationToken.None));
        }
        else
        {
            Answer(open[random.Next(open.Count)]);
        }

        world.StateWatch.Note();
    }

    /// <summary>All of them.</summary>
    public void ActOnAll()
    {
        Now(_reports.RetryRejectsAsync(null, [], world.Loop.Now, CancellationToken.None));
        foreach (var report in Now(_reports.ConflictsAsync(null, CancellationToken.None)).Where(c => c.Conflict.Resolution is null))
        {
            Answer(report);
        }

        world.StateWatch.Note();
    }

    private void Answer(ConflictReport report)
    {
        var conflict = report.Conflict;
        var choice = (ResolutionChoice)random.Next(4);
        var value = choice is not ResolutionChoice.Value ? null : Value(report.Mapping, conflict);
        if (choice is ResolutionChoice.Value && value is null)
        {
            choice = ResolutionChoice.Ignore;
        }

        Now(_reports.ResolveAsync(conflict.Id, new Resolution(choice, value, "steward"), world.Loop.Now, CancellationToken.None));
        world.Counters.Hit("question answered");
    }

    private string? Value(string mapping, Conflict conflict)
    {
        if (conflict.Kind is ConflictKind.Match)
        {
            return conflict.Crm.Text?.Split(FieldType.ListSeparator)[0];
        }

        var table = Table.Of(mapping);
        return conflict.Field is { } field && table.IndexOf(field, world.Desk.Kind) is >= 0 and var at && table.Columns[at].Kind is not ColumnKind.Reference
            ? values.Fresh(table.Columns[at])
            : null;
    }

    // Without a gate everything is answered at once.
    private static T Now<T>(Task<T> answer) => answer.GetAwaiter().GetResult();
}
