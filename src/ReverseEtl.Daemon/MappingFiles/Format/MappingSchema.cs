using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReverseEtl.Daemon.MappingFiles.Format;

/// <summary>The JSON Schema (draft-07, which every editor knows) of mapping files, made from <see cref="MappingFormat"/>.</summary>
public static class MappingSchema
{
    /// <summary>What a share looks like.</summary>
    public const string SharePattern = @"^([0-9]{1,9}|(100|[0-9]{1,2})(\.[0-9]{1,4})?%)$";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text, as it is committed in <c>schemas/mapping.v1.json</c>.</summary>
    public static string Write()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "ReverseEtl.Bidirectional mapping file, version 1",
        };
        foreach (var (key, value) in Of(MappingFormat.Root).ToList())
        {
            schema[key] = value?.DeepClone();
        }

        return schema.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Of(Shape shape)
    {
        var schema = new JsonObject { ["description"] = shape.Description };
        if (shape.Default is { } unsaid)
        {
            schema["default"] = unsaid;
        }

        switch (shape)
        {
            case GroupShape group:
                AddGroup(schema, group);
                break;
            case ListShape { OneMayStandAlone: true } list:
                schema["anyOf"] = new JsonArray(Of(list.Item), Of(list with { OneMayStandAlone = false }));
                break;
            case ListShape list:
                schema["type"] = "array";
                schema["items"] = Of(list.Item);
                if (list.MinItems > 0)
                {
                    schema["minItems"] = list.MinItems;
                }

                break;
            case TextShape text:
                schema["type"] = "string";
                AddPatterns(schema, text.Patterns);
                break;
            case WordShape word:
                schema["enum"] = new JsonArray([.. word.Words.Select(each => JsonValue.Create(each))]);
                break;
            case EitherShape either:
                schema["anyOf"] = new JsonArray(Of(either.Word), Of(either.Group));
                break;
            case FlagShape:
                schema["type"] = "boolean";
                break;
            case ConstantShape constant:
                schema["enum"] = new JsonArray(constant.Value);
                break;
            case CapShape:
                schema["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 999_999_999 },
                    new JsonObject { ["type"] = "string", ["pattern"] = SharePattern });
                break;
            default:
                throw new InvalidOperationException($"No schema for {shape.GetType().Name}.");
        }

        return schema;
    }

    private static void AddGroup(JsonObject schema, GroupShape group)
    {
        schema["type"] = "object";
        schema["additionalProperties"] = false;
        var required = group.Keys.Where(key => key.Required).Select(key => JsonValue.Create(key.Name)).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required]);
        }

        schema["properties"] = new JsonObject(group.Keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Name, Of(key.Shape))));
        if (group.ExactlyOneOf.Count > 0)
        {
            schema["oneOf"] = new JsonArray([.. group.ExactlyOneOf.Select(key => new JsonObject { ["required"] = new JsonArray(key) })]);
        }
    }

    private static void AddPatterns(JsonObject schema, IReadOnlyList<string> patterns)
    {
        switch (patterns)
        {
            case []:
                schema["pattern"] = @"\S";
                break;
            case [var only]:
                schema["pattern"] = only;
                break;
            default:
                schema["anyOf"] = new JsonArray([.. patterns.Select(pattern => new JsonObject { ["pattern"] = pattern })]);
                break;
        }
    }
}
