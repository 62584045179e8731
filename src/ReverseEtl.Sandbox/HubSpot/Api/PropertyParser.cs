using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Reads property definitions from requests. Throws <see cref="RefusalException"/> for what HubSpot refuses.</summary>
internal static partial class PropertyParser
{
    /// <summary>The longest internal name, in characters.</summary>
    private const int MaxName = 100;

    private static readonly string[] Sensitivities = [PropertyDefinition.NonSensitive, "sensitive", "highly_sensitive"];

    private static readonly string[] Hints =
    [
        "calculationFormula", "currencyPropertyName", "dateDisplayHint", "numberDisplayHint", "showCurrencySymbol", "textDisplayHint",
    ];

    private static readonly Dictionary<string, string[]> FieldTypes = new(StringComparer.Ordinal)
    {
        ["string"] = ["text", "textarea", "html", "file", "phonenumber", "calculation_equation"],
        ["number"] = ["number", "calculation_equation"],
        ["bool"] = ["booleancheckbox", "calculation_equation"],
        ["enumeration"] = ["select", "radio", "checkbox", "booleancheckbox", "calculation_equation"],
        ["date"] = ["date"],
        ["datetime"] = ["date"],
        ["phone_number"] = ["phonenumber"],
    };

    /// <summary>A new property; without a group of its own it stands in the given one.</summary>
    public static PropertyDefinition Create(JsonElement body, PropertyCatalogue catalogue, DateTimeOffset at, string? group = null)
    {
        var property = new PropertyDefinition(
            Json.Required(body, "name"), Json.Required(body, "label"), Json.Required(body, "type"),
            Json.Required(body, "fieldType"), Json.Text(body, "groupName") ?? group ?? Json.Required(body, "groupName"))
        {
            HasUniqueValue = Json.Flag(body, "hasUniqueValue"),
            Calculated = Json.Text(body, "fieldType") == "calculation_equation",
            ExternalOptions = Json.Flag(body, "externalOptions"),
            ReferencedObjectType = Json.Text(body, "referencedObjectType"),
            DataSensitivity = Json.Text(body, "dataSensitivity") ?? PropertyDefinition.NonSensitive,
            CreatedAt = at,
        };
        Refuse.Unless(Sensitivities.Contains(property.DataSensitivity), $"'{property.DataSensitivity}' is not a valid data sensitivity");
        Refuse.Unless(
            property.Name.Length <= MaxName && NameForm().IsMatch(property.Name),
            $"Property name \"{property.Name}\" must start with a letter and hold only lower-case letters, numbers and underscores, at most {MaxName}");
        if (catalogue.Find(property.Name) is not null)
        {
            throw new RefusalException(new Failure(409, "OBJECT_ALREADY_EXISTS", $"A property named '{property.Name}' already exists.")
            {
                SubCategory = "Properties.PROPERTY_WITH_NAME_EXISTS",
            });
        }

        Refuse.Unless(
            !property.HasUniqueValue || catalogue.HasRoomForUnique,
            $"An object type can have at most {PropertyCatalogue.MaxUnique} properties with unique values");
        return Complete(property, body, catalogue, at);
    }

    /// <summary>A changed property: options are replaced as a whole, name and uniqueness stay.</summary>
    public static PropertyDefinition Change(
        PropertyDefinition property, JsonElement body, PropertyCatalogue catalogue, DateTimeOffset at)
    {
        Refuse.Unless(
            !property.HubspotDefined || Json.Member(body, "options") is not null && property.Options.Count > 0,
            $"The definition of {property.Name} is read only");
        Refuse.Unless(
            Json.Member(body, "hasUniqueValue") is null || Json.Flag(body, "hasUniqueValue") == property.HasUniqueValue,
            "hasUniqueValue cannot be changed after creation");
        var changed = property with
        {
            Label = Json.Text(body, "label") ?? property.Label,
            Type = Json.Text(body, "type") ?? property.Type,
            FieldType = Json.Text(body, "fieldType") ?? property.FieldType,
            GroupName = Json.Text(body, "groupName") ?? property.GroupName,
        };
        return Complete(changed, body, catalogue, at);
    }

    private static PropertyDefinition Complete(
        PropertyDefinition property, JsonElement body, PropertyCatalogue catalogue, DateTimeOffset at)
    {
        Refuse.Unless(
            FieldTypes.TryGetValue(property.Type, out var fieldTypes) && fieldTypes.Contains(property.FieldType),
            $"Field type '{property.FieldType}' is not valid for type '{property.Type}'");
        Refuse.Unless(
            catalogue.Groups.Any(g => g.Name == property.GroupName),
            $"There is no property group named '{property.GroupName}'");
        var complete = property with
        {
            Description = Json.Text(body, "description") ?? property.Description,
            DisplayOrder = Json.Number(body, "displayOrder") ?? property.DisplayOrder,
            Hidden = Json.Flag(body, "hidden", property.Hidden),
            FormField = Json.Flag(body, "formField", property.FormField),
            Options = Json.Member(body, "options") is null ? property.Options : Options(body),
            Hints = Given(property, body),
            UpdatedAt = at,
        };
        Refuse.Unless(
            complete.Type != "enumeration" || complete.ExternalOptions || complete.Options.Count > 0,
            $"The enumeration property {property.Name} needs options");
        return complete;
    }

    private static Dictionary<string, JsonNode> Given(PropertyDefinition property, JsonElement body)
    {
        var hints = new Dictionary<string, JsonNode>(property.Hints, StringComparer.Ordinal);
        foreach (var name in Hints)
        {
            if (Json.Member(body, name) is { } given)
            {
                hints[name] = JsonNode.Parse(given.GetRawText())!;
            }
        }

        return hints;
    }

    private static List<PropertyOption> Options(JsonElement body)
    {
        var options = Json.Objects(body, "options").Select((option, i) => new PropertyOption(
            Json.Required(option, "value"), Json.Required(option, "label"),
            Json.Number(option, "displayOrder") ?? i, Json.Flag(option, "hidden"),
            Json.Text(option, "description"))).ToList();
        Refuse.Unless(options.Select(o => o.Value).Distinct().Count() == options.Count, "Option values must be unique");
        return options;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
