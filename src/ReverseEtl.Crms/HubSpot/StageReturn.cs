using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Takes lifecycle stages back: HubSpot keeps the later stage when an earlier one is written, and says nothing. It has to be cleared first, in a
/// write of its own (reference §2.2). Done only where an answer shows that a stage stayed, so an unknown or refused one clears nothing.
/// </summary>
internal sealed class StageReturn(HubSpotObject type, WriteResults make, Func<IReadOnlyList<WriteRow>, Task<HubSpotAnswer?>> update)
{
    private const string Stage = "lifecyclestage";

    /// <summary>The results of rows whose stage stayed, after a second try in two steps; nothing for the others.</summary>
    /// <param name="written">Rows with their results.</param>
    public async Task<IReadOnlyList<(WriteRow Row, CrmWriteResult Result)>> TryAsync(IEnumerable<(WriteRow Row, CrmWriteResult? Result)> written)
    {
        var stayed = written.Where(each => Stayed(each.Row, each.Result)).Select(each => (each.Row, Result: each.Result!)).ToList();
        if (stayed.Count == 0)
        {
            return [];
        }

        var clearing = await SendAsync([.. stayed.Select(each => Step(each.Row, each.Result, ""))]);
        if (clearing is { IsSuccess: false, MayHaveHappened: false })
        {
            // Nothing was done: what is stored is what the first answer told.
            return [];
        }

        var steps = stayed.ConvertAll(each => Step(each.Row, each.Result, each.Row.Input.Properties![Stage]));
        var setting = clearing is { IsSuccess: true } ? await SendAsync(steps) : null;
        var records = setting is { IsSuccess: true } ? HubSpotJson.TryRead<WireBatchAnswer>(setting.Body)?.Results ?? [] : [];
        return
        [
            .. stayed.Zip(steps, (each, step) => (each.Row, records.Find(record => step.Owns(type, record)) is { } record
                ? Joined(each.Result, make.Confirmed(step, record))
                : new CrmWriteResult(WriteOutcome.Unknown, each.Result.Id))),
        ];
    }

    private static bool Stayed(WriteRow row, CrmWriteResult? result) =>
        result is { Outcome: WriteOutcome.Confirmed, Id: not null, Stored: { } stored }
        && row.Input.Properties?.GetValueOrDefault(Stage) is { Length: > 0 } sent
        && stored.TryGetValue(Stage, out var shown) && shown.State is ValueState.Value && !HubSpotObject.Same(shown.Text!, sent);

    // Null when nobody knows what became of it.
    private async Task<HubSpotAnswer?> SendAsync(IReadOnlyList<WriteRow> rows)
    {
        try
        {
            return await update(rows);
        }
        catch (Exception notSent) when (notSent is PortException or SendOverdueException)
        {
            return new HubSpotAnswer(0, []);
        }
    }

    private static WriteRow Step(WriteRow row, CrmWriteResult result, string stage) => new(
        row.Index, row.Write with { Kind = CrmWriteKind.Update, Id = result.Id },
        new WireInput(result.Id) { ObjectWriteTraceId = row.Input.ObjectWriteTraceId, Properties = new Dictionary<string, string> { [Stage] = stage } },
        null, result.Id!);

    private static CrmWriteResult Joined(CrmWriteResult first, CrmWriteResult then)
    {
        var stored = new Dictionary<string, FieldValue>(first.Stored!, StringComparer.OrdinalIgnoreCase);
        foreach (var (field, value) in then.Stored ?? new Dictionary<string, FieldValue>())
        {
            stored[field] = value;
        }

        return then with { Created = first.Created, Stored = stored };
    }
}
