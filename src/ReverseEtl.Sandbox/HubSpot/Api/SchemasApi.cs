using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Custom objects: their definitions. A new one is a type like any other in all families of paths.</summary>
internal sealed partial class SchemasApi(HubSpotWorld world)
{
    public SandboxResponse Handle(ApiCall call) => (call.Method, call.Rest) switch
    {
        // Definitions that were removed leave nothing to be listed.
        ("GET", []) => ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. world.Custom.Where(_ => !call.Flag("archived")).Select(Show)]) }),
        ("POST", []) => SandboxResponse.Json(201, Show(Define(call.Body, call.At))),
        ("GET", [var type]) => ApiCall.Ok(Show(Find(type))),
        ("PATCH", [var type]) => ApiCall.Ok(Show(Change(Find(type), call.Body))),
        ("DELETE", [var type]) => Delete(Find(type)),
        ("POST", [var type, "associations"]) => Associate(call, Find(type)),
        (_, [] or [_]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    /// <summary>Adds a custom object from the JSON that the schemas API takes.</summary>
    public ObjectModel Define(JsonElement body, DateTimeOffset at)
    {
        var name = Json.Required(body, "name");
        Refuse.Unless(
            NameForm().IsMatch(name), $"Object name \"{name}\" must start with a letter and hold only letters, numbers and underscores");
        Refuse.Unless(world.Custom.All(m => m.Schema!.Name != name), $"An object type named '{name}' already exists");
        var labels = Json.Member(body, "labels") is { ValueKind: JsonValueKind.Object } given
            ? given
            : throw Refuse.Because("Invalid input JSON: some required fields were not set: [labels]");
        var schema = new ObjectSchema(
            name, Json.Text(labels, "singular") ?? name, Json.Text(labels, "plural") ?? name, Json.Required(body, "primaryDisplayProperty"), at)
        {
            Description = Json.Text(body, "description") ?? "",
            Required = Json.Texts(body, "requiredProperties"),
            Searchable = Json.Texts(body, "searchableProperties"),
            SecondaryDisplay = Json.Texts(body, "secondaryDisplayProperties"),
        };
        var model = world.NewModel(schema);
        foreach (var property in Json.Objects(body, "properties"))
        {
            model.Properties.Put(PropertyParser.Create(property, model.Properties, at, DefaultCatalogue.GroupOf(name)));
        }

        MustKnow(model, schema.Used);
        var associated = Json.Texts(body, "associatedObjects")
            .Select(o => world.Model(o) ?? world.ModelNamed(o) ?? throw Refuse.Because($"Unable to infer object type from: {o}")).ToList();
        world.Add(model);
        associated.ForEach(to => Relate(model, to));
        return model;
    }

    private static ObjectModel Change(ObjectModel model, JsonElement body)
    {
        var labels = Json.Member(body, "labels");
        Refuse.Unless(labels is null or { ValueKind: JsonValueKind.Object }, "Invalid input JSON: 'labels' must be an object");
        var schema = model.Schema!;
        var changed = schema with
        {
            Singular = (labels is { } l ? Json.Text(l, "singular") : null) ?? schema.Singular,
            Plural = (labels is { } m ? Json.Text(m, "plural") : null) ?? schema.Plural,
            Description = Json.Text(body, "description") ?? schema.Description,
            PrimaryDisplayProperty = Json.Text(body, "primaryDisplayProperty") ?? schema.PrimaryDisplayProperty,
            Required = Json.Member(body, "requiredProperties") is null ? schema.Required : Json.Texts(body, "requiredProperties"),
            Searchable = Json.Member(body, "searchableProperties") is null ? schema.Searchable : Json.Texts(body, "searchableProperties"),
            SecondaryDisplay = Json.Member(body, "secondaryDisplayProperties") is null
                ? schema.SecondaryDisplay
                : Json.Texts(body, "secondaryDisplayProperties"),
        };
        MustKnow(model, changed.Used);
        model.Schema = changed;
        return model;
    }

    private static void MustKnow(ObjectModel model, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Refuse.Unless(model.Properties.Find(name) is not null, $"Property \"{name}\" does not exist");
        }
    }

    private SandboxResponse Delete(ObjectModel model)
    {
        Refuse.Unless(!model.Records.All.Any(r => r.IsLive), $"The object type {model.Type.Plural} still has records");
        world.Remove(model);
        return SandboxResponse.Empty(204);
    }

    private SandboxResponse Associate(ApiCall call, ObjectModel model)
    {
        var to = Json.Required(call.Body, "toObjectTypeId");
        var type = Relate(model, world.Model(to) ?? throw Refuse.Because($"Unable to infer object type from: {to}"), Json.Text(call.Body, "name"));
        return SandboxResponse.Json(201, Association(type));
    }

    private AssociationType Relate(ObjectModel from, ObjectModel to, string? name = null)
    {
        Refuse.Unless(
            world.AssociationTypes.Plain(from.Type.Id, to.Type.Id) is null, $"{from.Type.Singular} and {to.Type.Singular} are associated already");
        return world.AssociationTypes.Add(
            from.Type.Id, to.Type.Id, (name ?? $"{from.Type.Singular}_to_{to.Type.Singular}", null),
            ($"{to.Type.Singular}_to_{from.Type.Singular}", null), AssociationRole.Plain)[0];
    }

    private ObjectModel Find(string type) =>
        world.Model(type) is { Schema: not null } model ? model : throw new RefusalException(Failure.NotFound());

    private JsonObject Show(ObjectModel model)
    {
        var schema = model.Schema!;
        return new JsonObject
        {
            ["id"] = model.Type.Id[2..],
            ["objectTypeId"] = model.Type.Id,
            ["fullyQualifiedName"] = model.Type.Plural,
            ["name"] = schema.Name,
            ["description"] = schema.Description,
            ["labels"] = new JsonObject { ["singular"] = schema.Singular, ["plural"] = schema.Plural },
            ["primaryDisplayProperty"] = schema.PrimaryDisplayProperty,
            ["secondaryDisplayProperties"] = Texts(schema.SecondaryDisplay),
            ["requiredProperties"] = Texts(schema.Required),
            ["searchableProperties"] = Texts(schema.Searchable),
            ["properties"] = new JsonArray([.. model.Properties.All.Where(p => p.ArchivedAt is null).Select(p => p.ToJson())]),
            ["associations"] = new JsonArray([.. world.AssociationTypes.From(model.Type.Id).Select(Association)]),
            ["metaType"] = "PORTAL_SPECIFIC",
            ["archived"] = false,
            ["createdAt"] = Instant.Text(schema.CreatedAt),
            ["updatedAt"] = Instant.Text(schema.CreatedAt),
        };
    }

    private static JsonObject Association(AssociationType type) => new()
    {
        ["id"] = type.Id.ToString(),
        ["fromObjectTypeId"] = type.From,
        ["toObjectTypeId"] = type.To,
        ["name"] = type.Name,
    };

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
