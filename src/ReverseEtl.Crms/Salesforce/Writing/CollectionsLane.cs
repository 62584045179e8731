using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>sObject Collections (§3.1): the widest requests, each record for itself. They know no condition.</summary>
internal sealed class CollectionsLane(ISalesforceApi api, string version, TimeProvider time) : IWriteLane
{
    /// <summary>Records that a request takes at most.</summary>
    public const int MostRecords = 200;

    public int Size => MostRecords;

    public bool MayTakeApart => true;

    public bool Takes(CrmWrite write) => write.IfVersion is null;

    public Task<CallAnswer> SendAsync(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken)
    {
        // Of several attempts the first may be the one that stored.
        var start = time.GetTimestamp();
        return WriteCall.SendAsync(
            batch.Object,
            () => Send(batch, slice, cancellationToken),
            (answer, body) => Read(body, slice, StampWindow.Of(answer, time.GetElapsedTime(start))),
            cancellationToken);
    }

    private async Task<HttpResponseMessage> Send(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken)
    {
        // A change by id and a delete have the same effect once or twice. An upsert by key may have created the record the first time; by the
        // time of a second, somebody may have edited it, and it carries values of shared fields too.
        var mark = (slice.Kind is CrmWriteKind.Upsert ? RequestMark.SingleWrite : RequestMark.IdempotentWrite) with { SendBy = batch.SendBy };
        if (slice.Kind is CrmWriteKind.Delete)
        {
            var ids = string.Join(",", slice.Items.Select(item => Uri.EscapeDataString(SalesforceId.NormalizeOrKeep(item.Write.Id!))));
            return await api.DeleteMany(version, ids, mark, cancellationToken);
        }

        using var body = RecordJson.Collection(batch, slice.Items.Select(item => item.Write));
        return slice.Kind is CrmWriteKind.Upsert
            ? await api.UpsertMany(version, batch.Object, batch.KeyField, body, mark, cancellationToken)
            : await api.UpdateMany(version, body, mark, cancellationToken);
    }

    private static CallAnswer Read(JsonElement body, WriteSlice slice, StampWindow? window)
    {
        var records = body.ValueKind is JsonValueKind.Array ? body.EnumerateArray().Select(RecordAnswer.Read).ToList() : [];

        // Fewer answers than records cannot be told apart by place: then none of them counts.
        return records.Count == slice.Items.Count ? new CallAnswer.Done(records, window) : new CallAnswer.Open([]);
    }
}
