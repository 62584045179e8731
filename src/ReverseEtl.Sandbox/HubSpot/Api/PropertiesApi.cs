using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Property definitions and their groups.</summary>
internal sealed class PropertiesApi(HubSpotWorld world)
{
    public SandboxResponse Handle(ApiCall call, ObjectModel model) => (call.Method, call.Rest) switch
    {
        (_, [_, "groups", ..]) => PropertyGroupsApi.Handle(call, model),
        ("GET", [_]) => List(call, model),
        ("POST", [_]) => Create(call, model),
        ("POST", [_, "batch", "read"]) => BatchRead(call, model),
        ("POST", [_, "batch", "create"]) => BatchCreate(call, model),
        ("POST", [_, "batch", "archive"]) => BatchArchive(call, model),
        ("GET", [_, var name]) => Get(call, model, name),
        ("PATCH", [_, var name]) => Update(call, model, name),
        ("DELETE", [_, var name]) => Archive(call, model, name),
        (_, [_] or [_, _]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    /// <summary>How long an archived property can still be read.</summary>
    private static readonly TimeSpan RecycleBin = TimeSpan.FromDays(90);

    /// <summary>Reads by POST exist here too.</summary>
    public static bool Writes(string method, ApiPath path) => method != "GET" && path.Rest is not [_, "batch", "read"];

    private static SandboxResponse List(ApiCall call, ObjectModel model)
    {
        var sensitivity = call.Request.Query("dataSensitivity") ?? PropertyDefinition.NonSensitive;
        var archived = call.Flag("archived");
        var found = model.Properties.All.Where(p => IsShown(p, archived, call.At) && p.DataSensitivity == sensitivity);
        return ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. found.Select(p => p.ToJson())]) });
    }

    private static SandboxResponse Get(ApiCall call, ObjectModel model, string name) =>
        Find(call, model, name, call.Flag("archived")) is { } found ? ApiCall.Ok(found.ToJson()) : throw NotFound(name);

    private static SandboxResponse Create(ApiCall call, ObjectModel model)
    {
        var property = PropertyParser.Create(call.Body, model.Properties, call.At);
        model.Properties.Put(property);
        return SandboxResponse.Json(201, property.ToJson())
            .With("Location", $"https://api.hubapi.com{call.Request.Path}/{property.Name}");
    }

    private static SandboxResponse Update(ApiCall call, ObjectModel model, string name)
    {
        var property = model.Properties.Find(name) ?? throw NotFound(name);
        var changed = PropertyParser.Change(property, call.Body, model.Properties, call.At);
        model.Properties.Put(changed);
        return ApiCall.Ok(changed.ToJson());
    }

    private static SandboxResponse Archive(ApiCall call, ObjectModel model, string name)
    {
        var property = model.Properties.Find(name) ?? throw NotFound(name);
        MustBeArchivable(model, property);
        model.Properties.Put(property with { ArchivedAt = call.At });
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse BatchRead(ApiCall call, ObjectModel model)
    {
        var required = call.Path.Version == ApiVersion.September2026 && world.Switches.DataSensitivityRequired
            ? new[] { "archived", "dataSensitivity", "inputs" }
            : ["archived", "inputs"];
        if (Array.Find(required, name => Json.Member(call.Body, name) is null) is { } missing)
        {
            throw Refuse.Because($"Invalid input JSON: some required fields were not set: [{missing}]");
        }

        var answer = new BatchAnswer(world);
        foreach (var name in Inputs(call).Select(i => Json.Required(i, "name")))
        {
            if (Find(call, model, name, Json.Flag(call.Body, "archived")) is { } found)
            {
                answer.Add(found.ToJson());
            }
            else
            {
                answer.Add(NotFound(name).Failure, null);
            }
        }

        return answer.Close(200, call.At);
    }

    private SandboxResponse BatchCreate(ApiCall call, ObjectModel model)
    {
        var answer = new BatchAnswer(world);
        foreach (var input in Inputs(call))
        {
            try
            {
                var property = PropertyParser.Create(input, model.Properties, call.At);
                model.Properties.Put(property);
                answer.Add(property.ToJson());
            }
            catch (RefusalException e)
            {
                answer.Add(e.Failure, null);
            }
        }

        return answer.Close(world.Switches.PropertyBatchCreateStatus, call.At);
    }

    /// <summary>Idempotent: what is not there is passed over.</summary>
    private static SandboxResponse BatchArchive(ApiCall call, ObjectModel model)
    {
        var found = Inputs(call)
            .Select(i => model.Properties.Find(Json.Required(i, "name"))).OfType<PropertyDefinition>().ToList();
        found.ForEach(p => MustBeArchivable(model, p));
        found.ForEach(p => model.Properties.Put(p with { ArchivedAt = call.At }));
        return SandboxResponse.Empty(204);
    }

    private static IReadOnlyList<JsonElement> Inputs(ApiCall call)
    {
        var inputs = Json.Objects(call.Body, "inputs");
        return inputs.Count <= BatchInput.Max
            ? inputs
            : throw Refuse.Because($"The maximum number of inputs supported in a batch request is {BatchInput.Max}");
    }

    private static PropertyDefinition? Find(ApiCall call, ObjectModel model, string name, bool archived) =>
        model.Properties.All.FirstOrDefault(p => p.Name == name && IsShown(p, archived, call.At));

    private static bool IsShown(PropertyDefinition property, bool archived, DateTimeOffset at) =>
        archived ? property.ArchivedAt is { } since && at - since < RecycleBin : property.ArchivedAt is null;

    /// <summary>A property that an admin rule or the object's definition names is in use; HubSpot's own cannot go at all.</summary>
    private static void MustBeArchivable(ObjectModel model, PropertyDefinition property)
    {
        var inUse = model.Rules.Exists(r => r.Property == property.Name || r.Other == property.Name)
            || model.Schema?.Used.Contains(property.Name) is true;
        if (property.HubspotDefined || inUse)
        {
            throw new RefusalException(Failure.Validation($"The property {property.Name} cannot be deleted") with
            {
                SubCategory = inUse
                    ? "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"
                    : "PropertyValidationError.CANNOT_DELETE_HUBSPOT_DEFINED_PROPERTY",
            });
        }
    }

    private static RefusalException NotFound(string name) =>
        new(new Failure(404, "OBJECT_NOT_FOUND", $"Property {name} does not exist")
        {
            Context = new Dictionary<string, string[]> { ["name"] = [name] },
        });
}
