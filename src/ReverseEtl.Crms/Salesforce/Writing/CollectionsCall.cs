using System.Net;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Sends one Collections request and reads its answer.</summary>
internal sealed class CollectionsCall(ISalesforceApi api, string version, TimeProvider time)
{
    private static readonly TimeSpan StampStep = TimeSpan.FromSeconds(1);

    // A 400 with one of these is about the request as a whole, whatever records it holds.
    private static readonly HashSet<string> RequestCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "INVALID_TYPE", "NOT_FOUND", "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "UNSUPPORTED_API_VERSION", "METHOD_NOT_ALLOWED",
    };

    /// <summary>Sends it.</summary>
    /// <exception cref="PortException">Nothing was stored, for a reason that is not in the records.</exception>
    /// <exception cref="SendOverdueException">Nothing was stored, and the time to send was over.</exception>
    public async Task<CallAnswer> SendAsync(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken)
    {
        var doing = $"write of {batch.Object}";
        var start = time.GetTimestamp();
        try
        {
            using var answer = await Post(batch, slice, cancellationToken);
            if (SendTrail.Of(answer).IsOpen)
            {
                return new CallAnswer.Open(await ErrorBody.ReadAsync(answer, cancellationToken));
            }

            if (answer.StatusCode is HttpStatusCode.OK)
            {
                return await Read(answer, time.GetElapsedTime(start), slice.Items.Count, cancellationToken);
            }

            var errors = await ErrorBody.ReadAsync(answer, cancellationToken);
            if (IsSpoilt(answer.StatusCode, errors))
            {
                return new CallAnswer.Spoilt(errors);
            }

            // A refusal that is not about the records (a limit, a dead session) tells nothing of an earlier attempt whose answer was lost.
            return SendTrail.Of(answer).MayHaveHappened ? new CallAnswer.Open(errors) : throw Failure.Of(answer, errors, doing);
        }
        catch (LostAnswerException e) when (e.MayHaveHappened)
        {
            return new CallAnswer.Open([]);
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, doing);
        }
    }

    // All three have the same effect once or twice, so the pipeline may repeat them while there is time.
    private async Task<HttpResponseMessage> Post(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken)
    {
        var mark = RequestMark.IdempotentWrite with { SendBy = batch.SendBy };
        if (slice.Kind is CrmWriteKind.Delete)
        {
            var ids = string.Join(",", slice.Items.Select(item => Uri.EscapeDataString(SalesforceId.NormalizeOrKeep(item.Write.Id!))));
            return await api.DeleteMany(version, ids, mark, cancellationToken);
        }

        using var body = RecordJson.Body(batch, slice.Items.Select(item => item.Write));
        return slice.Kind is CrmWriteKind.Upsert
            ? await api.UpsertMany(version, batch.Object, batch.KeyField, body, mark, cancellationToken)
            : await api.UpdateMany(version, body, mark, cancellationToken);
    }

    private static async Task<CallAnswer> Read(HttpResponseMessage answer, TimeSpan took, int count, CancellationToken cancellationToken)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (body.Length == 0)
        {
            return new CallAnswer.Open([]);
        }

        using var document = JsonDocument.Parse(body);
        var records = document.RootElement.ValueKind is JsonValueKind.Array
            ? document.RootElement.EnumerateArray().Select(RecordAnswer.Read).ToList()
            : [];

        // Fewer answers than records cannot be told apart by place: then none of them counts.
        return records.Count == count
            ? new CallAnswer.Done(records, answer.Headers.Date - took - StampStep)
            : new CallAnswer.Open([]);
    }

    private static bool IsSpoilt(HttpStatusCode status, IReadOnlyList<SalesforceError> errors) => status switch
    {
        HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge => true,
        HttpStatusCode.BadRequest => !errors.Any(error => RequestCodes.Contains(error.Code) || IsAboutKeyField(error)),
        _ => false,
    };

    // "Field name provided, X__c is not an External ID or indexed field for Y" comes as INVALID_FIELD.
    private static bool IsAboutKeyField(SalesforceError error) =>
        error.Message.Contains("not an External ID", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("external ID field does not exist", StringComparison.OrdinalIgnoreCase);
}
