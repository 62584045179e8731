using System.Text.Json;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Describing;

/// <summary>The objects of an org that records can be read of (§2.3, Describe Global).</summary>
internal static class ObjectList
{
    private const string Doing = "listing the objects";

    /// <summary>By name, with the labels as words.</summary>
    /// <exception cref="PortException">The org cannot be reached or refuses.</exception>
    public static async Task<IReadOnlyList<ObjectName>> ReadAsync(ISalesforceApi api, string version, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.Objects(version, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw await Failure.OfAsync(answer, Doing, cancellationToken);
            }

            using var document = JsonDocument.Parse(await Body.RequireAsync(answer, Doing, cancellationToken));
            return JsonValue.Find(document.RootElement, "sobjects") is { ValueKind: JsonValueKind.Array } objects
                ? [.. objects.EnumerateArray().Where(IsRead).Select(Of).OfType<ObjectName>()]
                : [];
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, Doing);
        }
    }

    private static bool IsRead(JsonElement item) => JsonValue.Find(item, "queryable") is not { ValueKind: JsonValueKind.False };

    private static ObjectName? Of(JsonElement item)
    {
        string?[] labels = [JsonValue.Text(item, "label"), JsonValue.Text(item, "labelPlural")];
        return JsonValue.Text(item, "name") is { } name ? new ObjectName(name, [.. labels.OfType<string>().Where(word => word != name)]) : null;
    }
}
