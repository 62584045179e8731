using System.Text.Json;

namespace ReverseEtl.Crms.Salesforce.Errors;

/// <summary>
/// Reads error bodies in every shape they come in: an array of errors, a single one, an OAuth object, a page of HTML, nothing.
/// </summary>
internal static class ErrorBody
{
    public static async Task<IReadOnlyList<SalesforceError>> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));

    /// <summary>The same for an answer whose body is in memory already.</summary>
    public static IReadOnlyList<SalesforceError> ReadBuffered(HttpResponseMessage answer)
    {
        using var copy = new MemoryStream();
        answer.Content.ReadAsStream().CopyTo(copy);
        answer.Content.ReadAsStream().Position = 0;
        return Parse(copy.ToArray());
    }

    public static IReadOnlyList<SalesforceError> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Parse(document.RootElement);
        }
        catch (JsonException)
        {
            // HTML of the edge, or nothing: the status alone speaks.
            return [];
        }
    }

    public static IReadOnlyList<SalesforceError> Parse(JsonElement body) => body.ValueKind switch
    {
        JsonValueKind.Array => [.. body.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object).Select(One)],
        JsonValueKind.Object => [One(body)],
        _ => [],
    };

    private static SalesforceError One(JsonElement error) => new(
        Text(error, "errorCode") ?? Text(error, "statusCode") ?? Text(error, "error") ?? "UNKNOWN",
        Text(error, "message") ?? Text(error, "error_description") ?? "",
        Fields(error))
    {
        Matches = Matches(error),
    };

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static IReadOnlyList<string> Fields(JsonElement error)
    {
        if (!error.TryGetProperty("fields", out var fields))
        {
            return [];
        }

        return fields.ValueKind switch
        {
            JsonValueKind.Array =>
                [.. fields.EnumerateArray().Where(field => field.ValueKind is JsonValueKind.String).Select(field => field.GetString()!)],
            JsonValueKind.String => [fields.GetString()!],
            _ => [],
        };
    }

    private static IReadOnlyList<string> Matches(JsonElement error) =>
    [
        .. Items(error, "duplicateResult").SelectMany(result => Items(result, "matchResults"))
            .SelectMany(match => Items(match, "matchRecords"))
            .SelectMany(match => Items(match, "record"))
            .Select(record => SalesforceId.OfAnswer(Text(record, "Id") ?? Text(record, "id")))
            .OfType<string>(),
    ];

    // One object counts as a list of one.
    private static IEnumerable<JsonElement> Items(JsonElement item, string name)
    {
        if (item.ValueKind is not JsonValueKind.Object || !item.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray()],
            JsonValueKind.Object => [value],
            _ => [],
        };
    }
}
