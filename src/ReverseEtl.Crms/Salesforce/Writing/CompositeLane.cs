using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// Updates under a condition: Composite with one PATCH a record, each with its own <c>If-Unmodified-Since</c> (§2.4, §3.3).
/// </summary>
internal sealed class CompositeLane(ISalesforceApi api, string version) : IWriteLane
{
    /// <summary>Records that a request takes at most.</summary>
    public const int MostRecords = 25;

    public int Size => MostRecords;

    // The first attempt may have moved the record: then the second is refused because of the first, and nobody could tell.
    public bool MayTakeApart => false;

    // Salesforce knows no condition for the other kinds.
    public bool Takes(CrmWrite write) => write is { IfVersion: not null, Kind: CrmWriteKind.Update, Id: not null };

    public Task<CallAnswer> SendAsync(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken) => WriteCall.SendAsync(
        batch.Object,
        async () =>
        {
            using var body = RecordJson.Composite(version, batch, slice.Items.Select(item => item.Write));
            return await api.Composite(version, body, RequestMark.SingleWrite with { SendBy = batch.SendBy }, cancellationToken);
        },
        (answer, body) => Read(body, slice, StampWindow.Of(answer, SendTrail.Of(answer).Took)),
        cancellationToken);

    // Answers are tied by their reference, never by place; a record that is answered not at all, or twice, is open.
    private static CallAnswer.Done Read(JsonElement body, WriteSlice slice, StampWindow? window)
    {
        var answers = (JsonValue.Find(body, "compositeResponse") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default)
            .ToLookup(answer => JsonValue.Text(answer, "referenceId") ?? "", StringComparer.Ordinal);
        return new CallAnswer.Done(
            [.. slice.Items.Select((_, i) => answers[RecordJson.Reference(i)].ToList() is [var only] ? SubrequestAnswer.Read(only) : null)], window);
    }
}
