using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>The writes of one batch and what is known of each. Requests of one wave run side by side; each touches its own records only.</summary>
internal sealed class WriteRun(CrmWriteBatch batch, IReadOnlyList<IWriteLane> lanes, int parallelism)
{
    // A set that its lane does not take after all goes on in requests of this size.
    private const int Narrow = CollectionsLane.MostRecords;

    private readonly CrmWriteResult?[] _results = new CrmWriteResult?[batch.Writes.Count];
    private readonly StampWindow?[] _windows = new StampWindow?[batch.Writes.Count];
    private readonly bool[] _unsent = new bool[batch.Writes.Count];
    private PortException? _stop;

    public CrmWriteBatch Batch => batch;

    /// <summary>Whether the connection failed on the way, so that nothing more is worth sending.</summary>
    public bool Stopped => _stop is not null;

    /// <summary>Whether something was refused for what the object is or allows, which is not what was known of it.</summary>
    public bool SchemaMoved => _stop is { Trouble: PortTrouble.Refused } || _results.Any(result => result?.Error is { Class: "schema" });

    /// <summary>The writes whose latest result is a rejection that fits.</summary>
    public List<(int At, CrmWrite Write)> Rejected(Func<CrmWrite, CrmError, bool> fits) =>
        [.. batch.Writes.Select((write, at) => (At: at, Write: write))
            .Where(item => _results[item.At] is { Outcome: WriteOutcome.Rejected, Error: { } error } && fits(item.Write, error))];

    /// <summary>The guarded writes that were stored, and those refused because the record had moved.</summary>
    public List<(int At, CrmWrite Write)> AnsweredUnderCondition() =>
        [.. batch.Writes.Select((write, at) => (At: at, Write: write))
            .Where(item => item.Write.IfVersion is not null && _results[item.At] is { Outcome: WriteOutcome.Confirmed or WriteOutcome.Moved, Id: not null })];

    /// <summary>When a write can have been stored, by the answers to all requests that carried it; null when none told a time.</summary>
    public StampWindow? Window(int at) => _windows[at];

    public void Stop(PortException reason) => _stop ??= reason;

    public CrmWriteResult Result(int at) => _results[at]!;

    public void Replace(int at, CrmWriteResult result) => _results[at] = result;

    /// <summary>Sends writes; what is known of them already is replaced.</summary>
    /// <param name="writes">The writes.</param>
    /// <param name="size">Writes a request at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="without">A lane that has shown not to be theirs.</param>
    public async Task SendAsync(
        IReadOnlyList<(int At, CrmWrite Write)> writes, int size, CancellationToken cancellationToken, IWriteLane? without = null)
    {
        var dealt = LaneChoice.Deal([.. lanes.Where(lane => lane != without)], writes, size);
        foreach (var (at, write, _) in dealt.Where(item => item.Lane is null))
        {
            // Never without its condition.
            _results[at] = Refused(write, new CrmError(
                "state", RetryRule.AfterChange, "CONDITION_NOT_SUPPORTED", "Only an update of a record by its id can depend on its version."));
        }

        var sendable = dealt.Where(item => item.Lane is not null).Select(item => (item.At, item.Write, item.Lane!));
        foreach (var wave in WritePlan.Waves(batch, sendable, size))
        {
            await InParallel.ForEachAsync(wave, parallelism, SendAsync, cancellationToken);
        }
    }

    /// <summary>One result a write.</summary>
    /// <exception cref="PortException">Nothing at all was sent.</exception>
    public IReadOnlyList<CrmWriteResult> Results()
    {
        if (_stop is null)
        {
            return [.. _results.Select(result => result!)];
        }

        // What other requests stored must be reported, so the trouble is raised only when there is nothing to report.
        if (_unsent.All(unsent => unsent))
        {
            throw _stop;
        }

        var error = new CrmError(_stop.Trouble is PortTrouble.Limited ? "limit" : "unknown", RetryRule.Later, "NOT_SENT", _stop.Message);
        return [.. _results.Select((result, at) => _unsent[at] ? Refused(batch.Writes[at], error) : result!)];
    }

    private async Task SendAsync(WriteSlice slice, CancellationToken cancellationToken)
    {
        try
        {
            if (!Stopped)
            {
                await SendOrSplit(slice, cancellationToken);
                return;
            }
        }
        catch (SendOverdueException)
        {
            Settle(slice, item => _results[item.At] is null, write => new CrmWriteResult(WriteOutcome.Moved, write.Id));
            return;
        }
        catch (PortException e)
        {
            Stop(e);
        }

        // A second attempt that could not be made leaves the first one's result in place.
        foreach (var (at, _) in slice.Items.Where(item => _results[item.At] is null))
        {
            _unsent[at] = true;
        }
    }

    private async Task SendOrSplit(WriteSlice slice, CancellationToken cancellationToken)
    {
        switch (await slice.Lane.SendAsync(batch, slice, cancellationToken))
        {
            case CallAnswer.Done done:
                foreach (var (item, answer) in slice.Items.Zip(done.Records))
                {
                    _results[item.At] = answer is null ? Unknown(item.Write, []) : ResultReader.Read(item.Write, answer, done.Window);
                    _windows[item.At] = StampWindow.Join(_windows[item.At], done.Window);
                }

                break;

            case CallAnswer.Spoilt spoilt when slice.Items.Count == 1:
                _results[slice.Items[0].At] = Refused(slice.Items[0].Write, ErrorCatalogue.Classify(spoilt.Errors));
                break;

            case CallAnswer.Declined declined:
                await SendElsewhere(slice, declined.Errors, cancellationToken);
                break;

            case CallAnswer.Spoilt spoilt:
                await Split(slice, Culprits.Of(batch, slice, spoilt.Errors), spoilt.Errors, cancellationToken);
                break;

            case CallAnswer.Open open:
                Settle(slice, _ => true, write => Unknown(write, open.Errors));

                // Salesforce took nothing of it, as far as it knows itself; in parts all but the record that it stumbles over go through.
                if (slice.Lane.MayTakeApart && slice.Items.Count > 1 && open.Errors.Any(IsStumble))
                {
                    await Halve(slice, cancellationToken);
                }

                break;
        }
    }

    private async Task Split(WriteSlice slice, IReadOnlySet<int> culprits, IReadOnlyList<SalesforceError> errors, CancellationToken cancellationToken)
    {
        if (culprits.Count == 0)
        {
            await (slice.Lane.IsForSets ? SendElsewhere(slice, errors, cancellationToken) : Halve(slice, cancellationToken));
            return;
        }

        foreach (var (at, write) in slice.Items.Where(item => culprits.Contains(item.At)))
        {
            _results[at] = Refused(write, ErrorCatalogue.Classify(errors));
        }

        var rest = slice with { Items = [.. slice.Items.Where(item => !culprits.Contains(item.At))] };
        if (rest.Items.Count > 0)
        {
            await SendAsync(rest, cancellationToken);
        }
    }

    private async Task SendElsewhere(WriteSlice slice, IReadOnlyList<SalesforceError> errors, CancellationToken cancellationToken)
    {
        var stuck = slice.Items.Where(item => slice.Lane.IsOnlyWayOf(item.Write)).Select(item => item.At).ToHashSet();
        Settle(slice, item => stuck.Contains(item.At), write => Refused(write, ErrorCatalogue.Classify(errors)));
        await SendAsync([.. slice.Items.Where(item => !stuck.Contains(item.At))], Narrow, cancellationToken, without: slice.Lane);
    }

    private async Task Halve(WriteSlice slice, CancellationToken cancellationToken)
    {
        var (left, right) = slice.Halve();
        await SendAsync(left, cancellationToken);
        await SendAsync(right, cancellationToken);
    }

    private void Settle(WriteSlice slice, Func<(int At, CrmWrite Write), bool> isOpen, Func<CrmWrite, CrmWriteResult> result)
    {
        foreach (var item in slice.Items.Where(isOpen))
        {
            _results[item.At] = result(item.Write);
        }
    }

    private static bool IsStumble(SalesforceError error) => error.Code is "UNKNOWN_EXCEPTION" or "INTERNAL_ERROR" or "APEX_ERROR";

    private static CrmWriteResult Refused(CrmWrite write, CrmError error) => new(WriteOutcome.Rejected, write.Id) { Error = error };

    private static CrmWriteResult Unknown(CrmWrite write, IReadOnlyList<SalesforceError> errors) =>
        new(WriteOutcome.Unknown, write.Id) { Error = errors.Count > 0 ? ErrorCatalogue.Classify(errors) : null };
}
