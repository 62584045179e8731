using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One entry of an error's <c>errors</c> list.</summary>
internal sealed record ErrorDetail(string Message, string? Code, IReadOnlyDictionary<string, string[]> Context);

/// <summary>Why a request or one row of a batch is refused.</summary>
internal sealed record Failure(int Status, string? Category, string Message)
{
    public string? SubCategory { get; init; }

    public IReadOnlyList<ErrorDetail> Errors { get; init; } = [];

    public IReadOnlyDictionary<string, string[]> Context { get; init; } = new Dictionary<string, string[]>();

    /// <summary>For a conflict: the record that is in the way, if it exists already.</summary>
    public string? ExistingId { get; init; }

    public static Failure Validation(string message) => new(400, "VALIDATION_ERROR", message);

    public static Failure NotFound() => new(404, "OBJECT_NOT_FOUND", "resource not found");

    /// <summary>All invalid properties of one record, in the form of the single endpoints.</summary>
    public static Failure Invalid(IReadOnlyList<PropertyError> errors, long portalId)
    {
        var list = new JsonArray([.. errors.Select(e => e.ToJson(portalId))]).ToJsonString(Text.Relaxed);
        return Validation($"Property values were not valid: {list}") with { Errors = [.. errors.Select(e => e.Detail)] };
    }

    /// <summary>The body of a refused request.</summary>
    public JsonObject Body(string correlationId)
    {
        var body = new JsonObject { ["status"] = "error", ["message"] = Message, ["correlationId"] = correlationId };
        if (Context.Count > 0)
        {
            body["context"] = ContextJson(Context);
        }

        if (Errors.Count > 0)
        {
            body["errors"] = new JsonArray([.. Errors.Select(DetailJson)]);
        }

        if (Category is not null)
        {
            body["category"] = Category;
        }

        if (SubCategory is not null)
        {
            body["subCategory"] = SubCategory;
        }

        return body;
    }

    /// <summary>One entry of a batch answer's <c>errors</c>: such rows carry no <c>errors</c> of their own.</summary>
    public JsonObject Row(string? traceId)
    {
        var context = new Dictionary<string, string[]>(Context);
        if (traceId is not null)
        {
            context["objectWriteTraceId"] = [traceId];
        }

        if (ExistingId is not null)
        {
            context["existingId"] = [ExistingId];
        }

        var row = new JsonObject
        {
            ["status"] = "error",
            ["category"] = Category,
            ["message"] = Message,
            ["context"] = ContextJson(context),
        };
        if (SubCategory is not null)
        {
            row["subCategory"] = SubCategory;
        }

        return row;
    }

    private static JsonObject DetailJson(ErrorDetail detail)
    {
        var json = new JsonObject { ["message"] = detail.Message };
        if (detail.Code is not null)
        {
            json["code"] = detail.Code;
        }

        json["context"] = ContextJson(detail.Context);
        return json;
    }

    private static JsonObject ContextJson(IReadOnlyDictionary<string, string[]> context) =>
        new(context.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)Texts(c.Value))));

    private static JsonArray Texts(string[] values) => new([.. values.Select(v => JsonValue.Create(v))]);
}

/// <summary>Ends a request early with its answer.</summary>
internal sealed class RefusalException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
