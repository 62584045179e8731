using System.Globalization;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Checks one value against its property and brings it into the form that HubSpot stores.</summary>
internal sealed class ValueRules(HubSpotWorld world)
{
    /// <summary>The longest text value, in characters.</summary>
    public const int MaxLength = 65_536;

    private const NumberStyles Digits = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    public CheckedValue Check(
        ObjectModel model, PropertyDefinition property, string raw, RecordState? current, WriteContext context)
    {
        if (!context.MayWriteReadOnly && IsReadOnly(property, context))
        {
            return new CheckedValue("", PropertyError.ReadOnly(property));
        }

        // Spaces around values of all types but text are accepted and dropped.
        var text = property.Type is "string" or "phone_number" ? raw : raw.Trim();
        if (text.Length == 0 || context.MayWriteReadOnly)
        {
            return new CheckedValue(text);
        }

        var value = property.Type switch
        {
            "number" => Number(property, text),
            "bool" => Boolean(property, text),
            "date" => Date(property, text, context),
            "datetime" => Instant.TryParse(text, out var at)
                ? new CheckedValue(Instant.Text(at))
                : NoTime(property, text, DateErrorText.Long),
            "enumeration" => Enumeration(property, text, current, context),
            _ => Words(model, property, text),
        };
        return value.Error is null ? Obey(model, property, value) : value;
    }

    /// <summary>People may add addresses in the UI; whether the API may is switched.</summary>
    private bool IsReadOnly(PropertyDefinition property, WriteContext context) => property.Name == "hs_additional_emails"
        ? context.IsApi && !world.Switches.AdditionalEmailsWritable
        : property.Calculated || property.ReadOnlyValue;

    private static CheckedValue Obey(ObjectModel model, PropertyDefinition property, CheckedValue value)
    {
        var rule = model.Rules.Find(
            r => r.Kind == AdminRuleKind.Refuses && r.Property == property.Name && r.Value == value.Value);
        return rule is null ? value : CheckedValue.Refused(property, rule.Code, rule.Message);
    }

    private static CheckedValue Number(PropertyDefinition property, string text) =>
        decimal.TryParse(text, Digits, CultureInfo.InvariantCulture, out _)
        && text[0] != '+' && !text.EndsWith('.')
            ? new CheckedValue(text)
            : CheckedValue.Refused(property, "INVALID_INTEGER", $"{property.Name} was not a valid number");

    private CheckedValue Date(PropertyDefinition property, string text, WriteContext context)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return new CheckedValue(text);
        }

        var isEpoch = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var epoch);
        if (isEpoch && epoch % 86_400_000 == 0 && Instant.TryParse(text, out var midnight))
        {
            return new CheckedValue(Day(midnight));
        }

        // Only since 2026-09 are other forms taken, and the client is told what was made of them. Epochs below 1e11 are seconds.
        var normalises = context.Version is null or { NormalisesDates: true };
        var guess = isEpoch && epoch is > -100_000_000_000 and < 100_000_000_000 ? (epoch * 1000).ToString() : text;
        return normalises && Instant.TryParse(guess, out var at)
            ? new CheckedValue(Day(at), Normalised: true)
            : isEpoch
                ? CheckedValue.Refused(property, "INVALID_DATE", $"{text} is not at midnight UTC.")
                : NoTime(property, text, DateErrorText.Date);
    }

    private CheckedValue NoTime(PropertyDefinition property, string text, DateErrorText byType) =>
        (world.Switches.DateErrors is DateErrorText.ByType ? byType : world.Switches.DateErrors) is DateErrorText.Long
            ? CheckedValue.Refused(property, "INVALID_LONG", $"{text} was not a valid long.")
            : CheckedValue.Refused(property, "INVALID_DATE", $"{text} was not a valid date.");

    private CheckedValue Boolean(PropertyDefinition property, string text) => text is "true" or "false" || world.Switches.BooleanErrorsListOptions
        ? Option(property, text, ["true", "false"])
        : CheckedValue.Refused(property, "INVALID_BOOLEAN", $"{text} was not a valid boolean.");

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private CheckedValue Enumeration(PropertyDefinition property, string text, RecordState? current, WriteContext context)
    {
        if (property.Name == "hs_additional_emails")
        {
            return new CheckedValue(string.Join(';', Split(text.ToLowerInvariant())));
        }

        if (property.ExternalOptions)
        {
            return property.ReferencedObjectType == "OWNER" && world.Switches.ValidateOwners
                ? Option(property, text, [.. world.Owners.Where(o => !o.Archived).Select(o => o.Id)])
                : new CheckedValue(text);
        }

        string[] allowed = [.. property.Options.Select(o => o.Value)];
        if (property.IsMultiple)
        {
            return Multiple(property, text, current, allowed);
        }

        var value = Option(property, text, allowed);
        return value.Error is null && property.Name == "lifecyclestage" && context.IsApi
            ? Forward(property, value, current, allowed)
            : value;
    }

    private static CheckedValue Option(PropertyDefinition property, string text, string[] allowed) => allowed.Contains(text)
        ? new CheckedValue(text)
        : CheckedValue.Refused(
            property, "INVALID_OPTION", $"{text} was not one of the allowed options: [{string.Join(", ", allowed)}]");

    /// <summary>A set of options, stored in the catalogue's order; a leading semicolon adds to the set there is.</summary>
    private static CheckedValue Multiple(PropertyDefinition property, string text, RecordState? current, string[] allowed)
    {
        var chosen = Split(text);
        if (Array.Find(chosen, c => !allowed.Contains(c)) is { } unknown)
        {
            return Option(property, unknown, allowed);
        }

        var before = text[0] == ';' ? Split(current?.Value(property.Name) ?? "") : [];
        return new CheckedValue(string.Join(';', allowed.Where(a => chosen.Contains(a) || before.Contains(a))));
    }

    private static string[] Split(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private CheckedValue Forward(PropertyDefinition property, CheckedValue value, RecordState? current, string[] stages)
    {
        var before = Array.IndexOf(stages, current?.Value(property.Name) ?? "");
        if (before < 0 || Array.IndexOf(stages, value.Value) >= before)
        {
            return value;
        }

        return world.Switches.LifecycleBackward == LifecycleBackward.Ignore
            ? value with { Ignored = true }
            : CheckedValue.Refused(
                property, "INVALID_OPTION", $"{property.Name} cannot move backwards to {value.Value}; clear it first");
    }

    private CheckedValue Words(ObjectModel model, PropertyDefinition property, string text)
    {
        if (text.Length > MaxLength)
        {
            return CheckedValue.Refused(
                property, "PROPERTY_VALUE_TOO_LONG", $"{property.Name} was too long: {text.Length} characters, {MaxLength} allowed");
        }

        if (model.Records.IsEmail(property.Name))
        {
            return Email(property, text);
        }

        if (property.Name == "domain" && world.Switches.NormaliseDomain)
        {
            return new CheckedValue(Domain(text));
        }

        return property.FieldType == "phonenumber" && world.Switches.NormalisePhone
            ? new CheckedValue(string.Concat(text.Where(c => char.IsAsciiDigit(c) || c == '+')))
            : new CheckedValue(text.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    private CheckedValue Email(PropertyDefinition property, string text)
    {
        var email = text.Trim().ToLowerInvariant();
        var at = email.IndexOf('@');
        var wellFormed = at > 0 && at == email.LastIndexOf('@') && !email.Any(char.IsWhiteSpace)
            && email.IndexOf('.', at) > at + 1 && !email.EndsWith('.') && !email.Contains("..");
        return wellFormed && !world.Blocklist.Contains(email)
            ? new CheckedValue(email)
            : CheckedValue.Refused(property, "INVALID_EMAIL", $"Email address {text} is invalid");
    }

    private static string Domain(string text)
    {
        var domain = text.Trim().ToLowerInvariant();
        var scheme = domain.IndexOf("://", StringComparison.Ordinal);
        domain = scheme < 0 ? domain : domain[(scheme + 3)..];
        domain = domain.StartsWith("www.", StringComparison.Ordinal) ? domain[4..] : domain;
        var end = domain.IndexOfAny(['/', '?', '#']);
        return end < 0 ? domain : domain[..end];
    }
}
