using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Pipelines of deals and tickets, read only, made from the options of the pipeline and stage properties.</summary>
internal sealed class PipelinesApi(HubSpotWorld world)
{
    private static readonly Dictionary<string, (string Pipeline, string Stage)> Properties = new(StringComparer.Ordinal)
    {
        ["deals"] = ("pipeline", "dealstage"),
        ["tickets"] = ("hs_pipeline", "hs_pipeline_stage"),
    };

    public SandboxResponse Handle(ApiCall call, ObjectModel model) => (call.Method, call.Rest) switch
    {
        ("GET", [_]) => ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. Pipelines(model)]) }),
        ("GET", [_, var id]) => ApiCall.Ok(Pipeline(model, id)),
        ("GET", [_, var id, "stages"]) => ApiCall.Ok(new JsonObject { ["results"] = Pipeline(model, id)["stages"]!.DeepClone() }),
        ("GET", [_, var id, "stages", var stage]) => ApiCall.Ok(Stage(model, id, stage)),
        (_, [_] or [_, _] or [_, _, "stages"] or [_, _, "stages", _]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private JsonObject Pipeline(ObjectModel model, string id) =>
        Pipelines(model).FirstOrDefault(p => (string?)p["id"] == id) ?? throw new RefusalException(Failure.NotFound());

    private JsonObject Stage(ObjectModel model, string pipeline, string id) =>
        Pipeline(model, pipeline)["stages"]!.AsArray().FirstOrDefault(s => (string?)s!["id"] == id)?.DeepClone().AsObject()
            ?? throw new RefusalException(Failure.NotFound());

    private IEnumerable<JsonObject> Pipelines(ObjectModel model)
    {
        if (!Properties.TryGetValue(model.Type.Plural, out var names))
        {
            yield break;
        }

        foreach (var option in model.Properties.Find(names.Pipeline)!.Options)
        {
            var pipeline = Item(option);
            var stages = model.Properties.Find(names.Stage)!.Options;
            pipeline["stages"] = new JsonArray([.. stages.Select((s, i) => Stage(model, s, i, stages.Count))]);
            yield return pipeline;
        }
    }

    /// <summary>All metadata values are text. The last stage closes; deals have a last stage for each outcome.</summary>
    private JsonObject Stage(ObjectModel model, PropertyOption option, int at, int count)
    {
        var stage = Item(option);
        stage["metadata"] = model.Type.Plural == "deals"
            ? new JsonObject
            {
                ["isClosed"] = at >= count - 2 ? "true" : "false",
                ["probability"] = option.Value switch { "closedwon" => "1.0", "closedlost" => "0.0", _ => $"0.{at + 2}" },
            }
            : new JsonObject
            {
                ["ticketState"] = at == count - 1 ? "CLOSED" : "OPEN",
                ["isClosed"] = at == count - 1 ? "true" : "false",
            };
        return stage;
    }

    private JsonObject Item(PropertyOption option) => new()
    {
        ["id"] = option.Value,
        ["label"] = option.Label,
        ["displayOrder"] = option.DisplayOrder,
        ["archived"] = false,
        ["createdAt"] = Instant.Text(world.CreatedAt),
        ["updatedAt"] = Instant.Text(world.CreatedAt),
    };
}
