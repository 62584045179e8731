using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>One call of <see cref="ICrm.WriteAsync"/> under way. Chunks may run at the same time; each row belongs to one chunk.</summary>
internal sealed class WriteRun(
    HubSpotObject type,
    CrmWriteBatch batch,
    HubSpotClient client,
    HubSpotPaths paths,
    HubSpotReader reader,
    CancellationToken cancellationToken)
{
    private readonly WriteResults _make = new(type, batch, client.Warnings);
    private readonly CrmWriteResult?[] _results = new CrmWriteResult?[batch.Writes.Count];
    private readonly WriteRow[] _rows = [.. WriteRow.Of(type, batch)];

    /// <summary>
    /// The rows that can be sent. HubSpot refuses a whole batch in which one record stands twice; the later row stays out.
    /// </summary>
    public IEnumerable<WriteRow> Accepted()
    {
        var seen = new HashSet<(WriteOperation Operation, string Identity)>();
        foreach (var row in _rows)
        {
            if (row.Identity.Length == 0)
            {
                Reject(row, "validation", "MISSING_KEY", "The record has neither a key nor an id to be written by.");
            }
            else if (row.Write.IfVersion is not null)
            {
                // Never without its condition.
                Reject(row, "state", "CONDITION_NOT_SUPPORTED", "HubSpot has no writes that depend on a record's version.");
            }
            else if (row.Operation == WriteOperation.Purge && !type.IsContact)
            {
                Reject(row, "state", "PURGE_NOT_SUPPORTED", "HubSpot removes contacts for good, and no other records.");
            }
            else if (ValueCheck.Refuse(batch, row.Write) is { } refusal)
            {
                _results[row.Index] = WriteResults.Rejected(row, refusal);
            }
            else if (!seen.Add((row.Operation, row.Identity)))
            {
                RejectTwin(row);
            }
            else
            {
                yield return row;
            }
        }
    }

    /// <summary>Sends rows until each has a result.</summary>
    /// <returns>The trouble that stopped it; rows without a result were not written then.</returns>
    public async Task<PortException?> TryAsync(WriteOperation operation, IReadOnlyList<WriteRow> rows)
    {
        try
        {
            var groups = new Stack<IReadOnlyList<WriteRow>>([rows]);
            while (groups.TryPop(out var group))
            {
                foreach (var rest in (await SendAsync(operation, group)).Where(rest => rest.Count > 0))
                {
                    groups.Push(rest);
                }
            }

            await FollowMissingAsync(rows);
            await ReturnStagesAsync(rows);
            return null;
        }
        catch (PortException trouble)
        {
            return trouble;
        }
    }

    /// <summary>The results. When nothing at all was settled, the trouble itself is what there is to tell.</summary>
    /// <exception cref="PortException">Nothing was written.</exception>
    public IReadOnlyList<CrmWriteResult> Finish(PortException? trouble)
    {
        if (trouble is not null && !_results.Any(result => result is { Outcome: not WriteOutcome.Rejected }))
        {
            throw trouble;
        }

        return [.. _rows.Select(row => _results[row.Index] ?? WriteResults.NotSent(row.Write.Id))];
    }

    // What is returned has to be sent again.
    private async Task<IEnumerable<IReadOnlyList<WriteRow>>> SendAsync(WriteOperation operation, IReadOnlyList<WriteRow> rows)
    {
        var path = paths.Write(type.Type, operation);
        HubSpotAnswer? answer;
        try
        {
            answer = operation == WriteOperation.Purge
                ? await client.PurgeAsync(path, rows[0].Identity, batch.SendBy, cancellationToken)
                : await client.BatchWriteAsync(
                    path, new WireBatch([.. rows.Select(row => row.Input)]), operation.Repeats, batch.SendBy, cancellationToken);
        }
        catch (SendOverdueException)
        {
            // Rows that left before with an answer that left them open keep that result.
            Settle(rows.Where(row => _results[row.Index] is null), WriteResults.Overdue);
            return [];
        }

        if (answer is null)
        {
            Settle(rows, WriteResults.Unknown);
            return [];
        }

        if (answer.IsSuccess)
        {
            return operation.Removes ? Removed(rows, answer) : await StoredAsync(rows, answer);
        }

        if (operation == WriteOperation.Purge && answer.Status is 400 or 403)
        {
            // Not every token may do this. That is about the row: it is not removed some other way, and the others go on.
            return Blame(rows, answer.Error);
        }

        if (answer.Status is 400 or 404 or 409 or 413 or 414)
        {
            return answer.Status is 404 && !HubSpotErrors.IsNotFound(answer.Error) ? await NotFoundAsync(rows, answer) : Refused(rows, answer);
        }

        if (!answer.MayHaveHappened)
        {
            throw answer.Failure($"writing {type.Type}");
        }

        // A refusal that is not about the rows (a limit, a dead token) tells nothing of an earlier attempt whose answer was lost.
        Settle(rows, WriteResults.Unknown);
        return [];
    }

    private IReadOnlyList<WriteRow>[] Removed(IReadOnlyList<WriteRow> rows, HubSpotAnswer answer)
    {
        var errors = HubSpotJson.TryRead<WireBatchAnswer>(answer.Body)?.Errors ?? [];
        foreach (var row in rows)
        {
            var error = errors.FirstOrDefault(error => row.IsBlamed(type, error));
            _results[row.Index] = error is null
                ? new CrmWriteResult(WriteOutcome.Confirmed, row.Write.Id)
                : WriteResults.Refused(row, error);
        }

        if (errors.FirstOrDefault(error => !rows.Any(row => row.IsBlamed(type, error))) is not { } unclaimed)
        {
            return [];
        }

        if (rows.Count == 1)
        {
            return Blame(rows, unclaimed);
        }

        Settle(rows, WriteResults.Unknown);
        return Halves(rows);
    }

    private async Task<IEnumerable<IReadOnlyList<WriteRow>>> StoredAsync(IReadOnlyList<WriteRow> rows, HubSpotAnswer answer)
    {
        if (HubSpotJson.TryRead<WireBatchAnswer>(answer.Body) is not { } body)
        {
            Settle(rows, WriteResults.Unknown);
            return [];
        }

        var open = new List<WriteRow>();
        var errors = body.Errors ?? [];
        foreach (var row in rows)
        {
            if ((rows, body) is ({ Count: 1 }, { Results: [{ ObjectWriteTraceId: null } only], Errors: null or { Count: 0 } }))
            {
                _results[row.Index] = _make.Confirmed(row, only);
            }
            else if (body.Results?.FirstOrDefault(record => row.Owns(type, record)) is { } record)
            {
                _results[row.Index] = _make.Confirmed(row, record);
            }
            else if (errors.FirstOrDefault(error => row.IsBlamed(type, error)) is { } error)
            {
                _results[row.Index] = WriteResults.Refused(row, error);
            }
            else
            {
                open.Add(row);
            }
        }

        Settle(open, WriteResults.Unknown);
        var unclaimed = errors.Where(error => !rows.Any(row => row.IsBlamed(type, error))).ToList();
        if (open.Count > 0 && unclaimed.Count > 0)
        {
            return open.Count == 1 ? Blame(open, unclaimed[0]) : open.Count < rows.Count ? [open] : Halves(open);
        }

        await ReadBackAsync(open);
        return [];
    }

    // Of a record or of the whole object type: to call the records of a type that is not there missing would look like their deletion. Nor does
    // a page that something in between sent tell of either.
    private async Task<IReadOnlyList<WriteRow>[]> NotFoundAsync(IReadOnlyList<WriteRow> rows, HubSpotAnswer answer)
    {
        var mayBeRecord = !answer.IsPage && answer.Body.Length > 0 && rows.All(row => row.Write.Kind is not CrmWriteKind.Upsert);
        if (!mayBeRecord || !(await client.GetAsync(paths.Properties(type.Type), cancellationToken)).IsSuccess)
        {
            throw answer.Failure($"writing {type.Type}");
        }

        return rows.Count > 1 ? Halves(rows) : Settle(rows, row => new CrmWriteResult(WriteOutcome.Missing, row.Write.Id));
    }

    private IReadOnlyList<WriteRow>[] Refused(IReadOnlyList<WriteRow> rows, HubSpotAnswer answer)
    {
        var error = answer.Error;
        if (HubSpotErrors.IsNoKey(error))
        {
            throw HubSpotFailures.NoKey(type, batch.KeyField);
        }

        if (rows.Count == 1)
        {
            return Blame(rows, error);
        }

        var fields = HubSpotErrors.Reasons(error)
            .Where(reason => HubSpotErrors.IsAboutField(reason.Code))
            .Select(reason => reason.Field)
            .OfType<string>()
            .ToList();
        var blamed = rows.Where(row => row.IsBlamed(type, error) || fields.Any(row.Writes)).ToList();
        if (blamed.Count == 0)
        {
            return Halves(rows);
        }

        var rest = rows.Except(blamed).ToList();
        if (!HubSpotErrors.IsTwiceInBatch(error))
        {
            return [.. Blame(blamed, error), rest];
        }

        // One record under two names. The first row goes alone; its twins would overwrite it.
        blamed.Skip(1).ToList().ForEach(RejectTwin);
        return [rest, [blamed[0]]];
    }

    private IReadOnlyList<WriteRow>[] Blame(IReadOnlyList<WriteRow> rows, WireError error)
    {
        Settle(rows, row => WriteResults.Refused(row, error));
        return [];
    }

    private static IReadOnlyList<WriteRow>[] Halves(IReadOnlyList<WriteRow> rows) =>
        [[.. rows.Take(rows.Count / 2)], [.. rows.Skip(rows.Count / 2)]];

    // HubSpot passes over an id that was merged away: the row stands in neither list (§2.3).
    private async Task ReadBackAsync(List<WriteRow> rows)
    {
        var updates = rows.Where(row => row.KeyField is null).ToList();
        await FollowAsync(updates);

        // A record with a new row's key and values may still be somebody else's.
        var open = rows.Where(row => _results[row.Index]!.Outcome is WriteOutcome.Unknown && !row.Write.OnlyNew);
        foreach (var group in open.GroupBy(row => row.KeyField))
        {
            var properties = group.SelectMany(row => row.Input.Properties!.Keys).Append(type.LastModified)
                .Concat(group.Key is { } key ? [key] : []).Distinct(StringComparer.Ordinal);
            var records = await reader.BatchAsync(
                type, [.. properties], [.. group.Select(row => row.Identity)], archived: false, cancellationToken, group.Key);
            foreach (var row in group)
            {
                if (records.FirstOrDefault(record => row.Owns(type, record)) is { } record && _make.Holds(row, record))
                {
                    _results[row.Index] = _make.Confirmed(row, record);
                }
            }
        }
    }

    private async Task ReturnStagesAsync(IReadOnlyList<WriteRow> rows)
    {
        var path = paths.Write(type.Type, WriteOperation.Update);
        var stages = new StageReturn(type, _make, steps => client.BatchWriteAsync(
            path, new WireBatch([.. steps.Select(step => step.Input)]), WriteOperation.Update.Repeats, batch.SendBy, cancellationToken));
        foreach (var (row, result) in await stages.TryAsync(rows.Select(row => (row, _results[row.Index]))))
        {
            _results[row.Index] = result;
        }
    }

    private async Task FollowMissingAsync(IReadOnlyList<WriteRow> rows) => await FollowAsync(
        [.. rows.Where(row => _results[row.Index] is { Outcome: WriteOutcome.Missing } gone && gone.Id == row.Write.Id)]);

    // Whether the record is gone, or left under another id. One that is gone is all that an archiving wants.
    private async Task FollowAsync(List<WriteRow> rows)
    {
        var ids = rows.Select(row => row.Identity).Distinct(StringComparer.Ordinal).ToList();
        var resolved = await reader.ResolveAsync(type, ids, cancellationToken);
        foreach (var row in rows)
        {
            var id = resolved.GetValueOrDefault(row.Identity);
            var outcome = id is null && row.Operation.Removes ? WriteOutcome.Confirmed
                : id == row.Identity ? WriteOutcome.Unknown
                : WriteOutcome.Missing;
            _results[row.Index] = new CrmWriteResult(outcome, id ?? row.Write.Id);
        }
    }

    private IReadOnlyList<WriteRow>[] Settle(IEnumerable<WriteRow> rows, Func<WriteRow, CrmWriteResult> result)
    {
        foreach (var row in rows)
        {
            _results[row.Index] = result(row);
        }

        return [];
    }

    private void RejectTwin(WriteRow row) =>
        Reject(row, "duplicate", "SAME_RECORD_TWICE", "Another row of the same batch writes the same record.");

    private void Reject(WriteRow row, string kind, string code, string message) =>
        _results[row.Index] = WriteResults.Rejected(row, new CrmError(kind, RetryRule.AfterChange, code, message));
}
