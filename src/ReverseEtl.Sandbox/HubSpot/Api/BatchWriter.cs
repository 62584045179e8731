using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One row to be written.</summary>
/// <param name="Input">The row as sent.</param>
/// <param name="Values">Its values, the identifying one among them.</param>
/// <param name="Target">Finds the record to change when the row's turn comes; null creates one.</param>
internal sealed record BatchRow(BatchInput Input, IReadOnlyDictionary<string, string> Values, Func<CrmRecord?> Target)
{
    /// <summary>What a new record is associated with. Throws <see cref="RefusalException"/> when it cannot be.</summary>
    public Func<IReadOnlyList<(End To, IReadOnlyList<AssociationType> Types)>> Links { get; init; } = () => [];
}

/// <summary>Writes the rows of a batch: each by itself where failures can be told apart, otherwise all or none.</summary>
internal sealed class BatchWriter(HubSpotWorld world)
{
    private readonly RecordView _view = new(world);

    public BatchAnswer Run(
        ApiCall call, ObjectModel model, string operation, IReadOnlyList<BatchRow> rows, bool partial, BatchAnswer answer)
    {
        if (partial)
        {
            if (!world.Switches.ConflictRowsFailAlone)
            {
                RefuseConflicts(call, model, operation, rows);
            }

            foreach (var row in rows)
            {
                var (plan, failure) = Plan(call, model, row, null);
                if (plan is not null)
                {
                    answer.Add(Write(call, model, operation, row, plan));
                }
                else
                {
                    world.Log(call, operation, model, IdOf(row), row.Input.Properties, failure!.Message);
                    answer.Add(failure, row.Input.TraceId);
                }
            }

            return answer;
        }

        foreach (var (row, plan) in PlanAll(call, model, operation, rows))
        {
            answer.Add(Write(call, model, operation, row, plan));
        }

        return answer;
    }

    /// <summary>Throws <see cref="RefusalException"/> when a row has an address in use: where such a row spoils the whole batch.</summary>
    private void RefuseConflicts(ApiCall call, ObjectModel model, string operation, IReadOnlyList<BatchRow> rows)
    {
        var claims = new BatchClaims();
        var conflict = rows.Select(row => Plan(call, model, row, claims).Failure).FirstOrDefault(f => f is { Status: 409 });
        if (conflict is not null)
        {
            RefuseAll(call, model, operation, rows, conflict);
        }
    }

    [DoesNotReturn]
    private void RefuseAll(ApiCall call, ObjectModel model, string operation, IReadOnlyList<BatchRow> rows, Failure failure)
    {
        foreach (var row in rows)
        {
            world.Log(call, operation, model, IdOf(row), row.Input.Properties, failure.Message);
        }

        throw new RefusalException(failure);
    }

    private (WritePlan? Plan, Failure? Failure) Plan(ApiCall call, ObjectModel model, BatchRow row, BatchClaims? claims)
    {
        var (plan, failure) = world.Planner.Plan(model, row.Target(), row.Values, call.Context, claims);
        try
        {
            return (plan is null ? null : plan with { Links = row.Links() }, failure);
        }
        catch (RefusalException e)
        {
            return (null, e.Failure);
        }
    }

    /// <summary>The plans of all rows. Throws <see cref="RefusalException"/> with the first failure; nothing is written then.</summary>
    private List<(BatchRow Row, WritePlan Plan)> PlanAll(
        ApiCall call, ObjectModel model, string operation, IReadOnlyList<BatchRow> rows)
    {
        var claims = new BatchClaims();
        var plans = new List<(BatchRow, WritePlan)>(rows.Count);
        foreach (var row in rows)
        {
            var (plan, failure) = Plan(call, model, row, claims);
            if (plan is null)
            {
                RefuseAll(call, model, operation, rows, failure!);
            }

            plans.Add((row, plan));
        }

        return plans;
    }

    private JsonObject Write(ApiCall call, ObjectModel model, string operation, BatchRow row, WritePlan plan)
    {
        var record = world.Writer.Apply(model, plan, call.Context);
        world.Log(call, operation, model, record.IdText, row.Input.Properties, null);
        var result = _view.Written(model, record, plan, call.Context);
        if (row.Input.TraceId is not null)
        {
            result["objectWriteTraceId"] = row.Input.TraceId;
        }

        if (operation == "upsert")
        {
            result["new"] = plan.Target is null;
        }

        return result;
    }

    private static string? IdOf(BatchRow row) => row.Input.Id.Length == 0 ? null : row.Input.Id;
}
