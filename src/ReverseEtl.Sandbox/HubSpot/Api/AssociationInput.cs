using System.Text.Json;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Reads what requests say about associations. Throws <see cref="RefusalException"/> for what HubSpot refuses.</summary>
internal sealed class AssociationInput(HubSpotWorld world)
{
    /// <summary>The types of one direction that a list of <c>{associationCategory, associationTypeId}</c> names.</summary>
    public IReadOnlyList<AssociationType> Types(ObjectModel from, ObjectModel to, IEnumerable<JsonElement> list) =>
    [
        .. list.Select(item =>
        {
            var category = Json.Required(item, "associationCategory");
            var id = Json.Number(item, "associationTypeId")
                ?? throw Refuse.Because("Invalid input JSON: some required fields were not set: [associationTypeId]");
            return world.AssociationTypes.Find(from.Type.Id, to.Type.Id, category, id)
                ?? throw new RefusalException(UnknownType(from, to, category, id));
        }),
    ];

    /// <summary>Throws where a record is to be associated with itself.</summary>
    public static void MustDiffer(End one, End other) => Refuse.Unless(one.Record != other.Record, "A record cannot be associated with itself");

    /// <summary>Throws unless records of the two types can be associated at all.</summary>
    public void MustFit(ObjectModel from, ObjectModel to) => Refuse.Unless(
        world.AssociationTypes.Plain(from.Type.Id, to.Type.Id) is not null,
        $"{from.Type.Singular} and {to.Type.Singular} cannot be associated");

    /// <summary>The id of <c>{"from": {"id": …}}</c>.</summary>
    public static string Id(JsonElement input, string end) => Json.Member(input, end) is { ValueKind: JsonValueKind.Object } found
        ? Json.Required(found, "id")
        : throw Refuse.Because($"Invalid input JSON: some required fields were not set: [{end}]");

    /// <summary>What a new record is to be associated with; its own end does not exist yet.</summary>
    public IReadOnlyList<(End To, IReadOnlyList<AssociationType> Types)> OfNew(ObjectModel model, JsonElement write, ApiCall call) =>
    [
        .. Json.Objects(write, "associations").Select(item =>
        {
            call.MustEditAssociations();
            var id = Id(item, "to");
            var types = Json.Objects(item, "types");
            Refuse.Unless(types.Count > 0, "Invalid input JSON: some required fields were not set: [types]");
            var to = Target(model, types[0]);
            return Live(to, id) is { } record
                ? (new End(to, record), Types(model, to, types))
                : throw new RefusalException(EndMissing("TO", to, id));
        }),
    ];

    /// <summary>The live record of exactly this id: associations in batches do not follow merges.</summary>
    public static CrmRecord? Live(ObjectModel model, string id) => model.Records.Exact(id) is { IsLive: true } record ? record : null;

    /// <summary>A link to a record that is not there.</summary>
    public static Failure EndMissing(string end, ObjectModel model, string id) =>
        new(400, "VALIDATION_ERROR", $"No {model.Type.Singular} with ID {id} exists.")
        {
            SubCategory = $"crm.associations.{end}_OBJECT_NOT_FOUND",
            Context = new Dictionary<string, string[]>
            {
                [end == "FROM" ? "fromObjectId" : "toObjectId"] = [id],
                ["objectType"] = [model.Type.Singular],
            },
        };

    /// <summary>The rows of a batch, no more than allowed.</summary>
    public static IReadOnlyList<JsonElement> Inputs(ApiCall call, int most, HubSpotSwitches switches)
    {
        if (Json.Member(call.Body, "inputs") is null)
        {
            throw Refuse.Because("Invalid input JSON: some required fields were not set: [inputs]");
        }

        var inputs = Json.Objects(call.Body, "inputs");
        Refuse.Unless(inputs.Count <= most, $"The maximum number of inputs supported in a batch request is {most}");
        Refuse.Unless(inputs.Count > 0 || !switches.EmptyInputsRefused, "inputs must not be empty");
        return inputs;
    }

    /// <summary>The "error" of a record without associations.</summary>
    public static Failure NothingFound(ObjectModel from, ObjectModel to, string id) =>
        new(404, "OBJECT_NOT_FOUND", $"No {to.Type.Singular} is associated with {from.Type.Singular} {id}.")
        {
            SubCategory = "crm.associations.NO_ASSOCIATIONS_FOUND",
            Context = new Dictionary<string, string[]>
            {
                ["fromObjectId"] = [id],
                ["fromObjectType"] = [from.Type.Singular],
                ["toObjectType"] = [to.Type.Singular],
            },
        };

    /// <summary>A type that does not fit the two object types.</summary>
    public static Failure UnknownType(ObjectModel from, ObjectModel to, string type) => UnknownType(from, to, type, [type]);

    // The types say what kind of record the id is of: the request itself does not.
    private ObjectModel Target(ObjectModel from, JsonElement type)
    {
        var id = Json.Number(type, "associationTypeId") ?? 0;
        var category = Json.Required(type, "associationCategory");
        var found = world.AssociationTypes.From(from.Type.Id).FirstOrDefault(t => t.Id == id && t.Category == category);
        return found is null
            ? throw new RefusalException(UnknownType(from, null, category, id))
            : world.Model(found.To)!;
    }

    private static Failure UnknownType(ObjectModel from, ObjectModel? to, string category, int id) =>
        UnknownType(from, to, $"{category} {id}", [$"{id}"]);

    private static Failure UnknownType(ObjectModel from, ObjectModel? to, string type, string[] shown) =>
        new(400, "VALIDATION_ERROR", $"Association type {type} is not valid between {from.Type.Singular} and {to?.Type.Singular ?? "anything"}")
        {
            SubCategory = "crm.associations.INVALID_ASSOCIATION_TYPE",
            Context = new Dictionary<string, string[]> { ["type"] = shown },
        };
}
