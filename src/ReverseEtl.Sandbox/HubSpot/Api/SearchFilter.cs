using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Decides about one record as the index knows it.</summary>
internal delegate bool RecordTest(CrmRecord record, RecordState state);

/// <summary>Turns one filter of a search into a test, with HubSpot's rules about types and case.</summary>
internal sealed class SearchFilter(ObjectModel model, HubSpotWorld world)
{
    private const string AssociationPrefix = "associations.";

    /// <summary>The test. Throws <see cref="RefusalException"/> for an unknown property or operator or a missing value.</summary>
    public RecordTest Compile(JsonElement filter)
    {
        var name = Json.Required(filter, "propertyName");
        if (name.StartsWith(AssociationPrefix, StringComparison.Ordinal))
        {
            return Associated(name[AssociationPrefix.Length..], filter);
        }

        var property = model.Properties.Find(name)
            ?? throw Refuse.Because(
                $"There was a problem with the request. Property \"{name}\" does not exist");
        var read = model.Reader(name);
        var operation = Json.Required(filter, "operator");
        return operation switch
        {
            "HAS_PROPERTY" => (record, state) => !string.IsNullOrEmpty(read(record, state)),
            "NOT_HAS_PROPERTY" => (record, state) => string.IsNullOrEmpty(read(record, state)),
            "EQ" => Equal(property, Value(filter, "value")),
            "NEQ" => Not(read, Equal(property, Value(filter, "value"))),
            "IN" => In(property, filter),
            "NOT_IN" => Not(read, In(property, filter)),
            "CONTAINS_TOKEN" => Contains(property, read, Value(filter, "value")),
            "NOT_CONTAINS_TOKEN" => Not(read, Contains(property, read, Value(filter, "value"))),
            "LT" or "LTE" or "GT" or "GTE" => Compare(property, operation, Value(filter, "value")),
            "BETWEEN" => Both(
                Compare(property, "GTE", Value(filter, "value")), Compare(property, "LTE", Value(filter, "highValue"))),
            _ => throw Refuse.Because($"{operation} is not a valid filter operator"),
        };
    }

    /// <summary><c>associations.contact</c>: records linked to one id, or to several. Custom objects cannot be searched by.</summary>
    private RecordTest Associated(string singular, JsonElement filter)
    {
        var to = world.ModelNamed(singular)
            ?? throw Refuse.Because($"There was a problem with the request. Property \"{AssociationPrefix}{singular}\" does not exist");
        var wanted = Json.Required(filter, "operator") switch
        {
            "EQ" => [Value(filter, "value")],
            "IN" => Json.Texts(filter, "values"),
            var other => throw Refuse.Because($"{other} is not a valid filter operator for associations"),
        };
        var ids = wanted.Select(id => long.TryParse(id, out var number) ? number : 0).ToHashSet();
        return (record, _) => world.Associations.Of(model.Type.Id, record.Id, to.Type.Id).Any(e => ids.Contains(e.Id));
    }

    /// <summary>A number to compare by for numbers and times, null for an empty value.</summary>
    public static Func<CrmRecord, RecordState, decimal?> NumberOf(ObjectModel model, PropertyDefinition property)
    {
        if (property.Name == "hs_object_id")
        {
            return (record, _) => record.Id;
        }

        if (property.Name == model.Type.LastModified)
        {
            return (_, state) => state.UpdatedAt.ToUnixTimeMilliseconds();
        }

        var read = model.Reader(property.Name);
        return (record, state) =>
            read(record, state) is { Length: > 0 } text && TryNumber(property, text, out var number) ? number : null;
    }

    public static bool IsOrdered(PropertyDefinition property) => property.Type is "number" or "date" or "datetime";

    private static string Value(JsonElement filter, string name) => Json.Text(filter, name) is { } value
        ? value
        : throw Refuse.Because($"A filter needs '{name}'");

    private static bool TryNumber(PropertyDefinition property, string text, out decimal number)
    {
        if (property.Type == "number")
        {
            return decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out number);
        }

        var isTime = Instant.TryParse(text, out var at);
        number = isTime ? at.ToUnixTimeMilliseconds() : 0;
        return isTime;
    }

    private static decimal Operand(PropertyDefinition property, string text) => TryNumber(property, text, out var number)
        ? number
        : throw Refuse.Because($"'{text}' is not a valid value for the {property.Type} property {property.Name}");

    private RecordTest Equal(PropertyDefinition property, string value)
    {
        if (IsOrdered(property))
        {
            var (number, operand) = (NumberOf(model, property), Operand(property, value));
            return (record, state) => number(record, state) == operand;
        }

        var read = model.Reader(property.Name);
        if (property.Type == "enumeration")
        {
            return (record, state) => read(record, state) == value;
        }

        if (model.Records.IsEmail(property.Name))
        {
            var email = value.Trim().ToLowerInvariant();
            return (_, state) => RecordStore.EmailsOf(state).Contains(email);
        }

        return (record, state) => string.Equals(read(record, state), value, StringComparison.OrdinalIgnoreCase);
    }

    private RecordTest In(PropertyDefinition property, JsonElement filter)
    {
        var values = Json.Texts(filter, "values");
        if (values.Count == 0)
        {
            throw Refuse.Because("A filter needs 'values'");
        }

        if (IsOrdered(property))
        {
            var number = NumberOf(model, property);
            var operands = values.Select(v => (decimal?)Operand(property, v)).ToHashSet();
            return (record, state) => number(record, state) is { } found && operands.Contains(found);
        }

        var read = model.Reader(property.Name);
        var wanted = values.ToHashSet(StringComparer.Ordinal);
        if (property.Type == "enumeration")
        {
            return (record, state) => read(record, state) is { } found
                && (property.IsMultiple ? found.Split(';').Any(wanted.Contains) : wanted.Contains(found));
        }

        // Stored text is compared in lower case but the given values are not lowered: "Berlin" in a list finds nothing.
        return model.Records.IsEmail(property.Name)
            ? (_, state) => RecordStore.EmailsOf(state).Any(wanted.Contains)
            : (record, state) => read(record, state) is { Length: > 0 } found && wanted.Contains(found.ToLowerInvariant());
    }

    private RecordTest Compare(PropertyDefinition property, string operation, string value)
    {
        Func<int, bool> fits = operation switch
        {
            "LT" => order => order < 0,
            "LTE" => order => order <= 0,
            "GT" => order => order > 0,
            _ => order => order >= 0,
        };
        if (IsOrdered(property))
        {
            var (number, operand) = (NumberOf(model, property), Operand(property, value));
            return (record, state) => number(record, state) is { } found && fits(found.CompareTo(operand));
        }

        var read = model.Reader(property.Name);
        return (record, state) => read(record, state) is { Length: > 0 } found && fits(string.Compare(found, value, CaseOf(property)));
    }

    /// <summary>Case matters for enumerations alone, whatever the operator.</summary>
    private static StringComparison CaseOf(PropertyDefinition property) =>
        property.Type == "enumeration" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>All words of the value stand in the text; with an asterisk, one word or the whole text has that form.</summary>
    private static RecordTest Contains(PropertyDefinition property, PropertyReader read, string value)
    {
        var isCased = CaseOf(property) == StringComparison.Ordinal;
        if (!value.Contains('*'))
        {
            var words = Words(value, isCased);
            return (record, state) => read(record, state) is { Length: > 0 } text && words.IsSubsetOf(Words(text, isCased));
        }

        var form = new Regex(
            $"^{Regex.Escape(value).Replace(@"\*", ".*", StringComparison.Ordinal)}$",
            RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | (isCased ? RegexOptions.None : RegexOptions.IgnoreCase));
        return (record, state) =>
            read(record, state) is { Length: > 0 } text && (form.IsMatch(text) || Words(text, isCased).Any(form.IsMatch));
    }

    /// <summary>The words of a text, in lower case unless case matters.</summary>
    public static HashSet<string> Words(string text, bool isCased = false) =>
        [.. Regex.Split(isCased ? text : text.ToLowerInvariant(), @"[^\p{L}\p{N}]+").Where(w => w.Length > 0)];

    private RecordTest Not(PropertyReader read, RecordTest test) => (record, state) =>
        !test(record, state) && (world.Switches.NegativeFiltersMatchEmpty || !string.IsNullOrEmpty(read(record, state)));

    private static RecordTest Both(RecordTest one, RecordTest other) =>
        (record, state) => one(record, state) && other(record, state);
}
