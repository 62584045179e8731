using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Records as the API shows them.</summary>
internal sealed class RecordView(HubSpotWorld world)
{
    public JsonObject Show(ObjectModel model, CrmRecord record, PropertySelection selection) =>
        Show(model, record, record.State, selection);

    /// <summary>A record as of a snapshot: searches show what the index knows.</summary>
    public JsonObject Show(ObjectModel model, CrmRecord record, RecordState state, PropertySelection selection)
    {
        var json = new JsonObject { ["id"] = record.IdText, ["properties"] = Properties(model, record, state, selection) };
        if (selection.History.Count > 0)
        {
            json["propertiesWithHistory"] = History(state, selection.History, world.Switches.HistoryVersions);
        }

        json["createdAt"] = Instant.Text(record.CreatedAt);
        json["updatedAt"] = Instant.Text(state.UpdatedAt);
        json["archived"] = state.ArchivedAt is not null;
        if (state.ArchivedAt is { } archived)
        {
            json["archivedAt"] = Instant.Text(archived);
        }

        json["url"] = $"https://{AccountApi.UiDomain}/contacts/{world.Options.PortalId}/record/{model.Type.Id}/{record.IdText}";
        return json;
    }

    /// <summary>The answer to a write: what was sent, in stored form, and what was made of it.</summary>
    public JsonObject Written(ObjectModel model, CrmRecord record, WritePlan plan, WriteContext context)
    {
        var json = Show(model, record, PropertySelection.Written(model, plan.Sent));
        if (plan.Warnings.Count > 0 && context.Version is { NormalisesDates: true })
        {
            json["warnings"] = new JsonArray([.. plan.Warnings.Select(Warning)]);
        }

        return json;
    }

    private JsonObject Properties(ObjectModel model, CrmRecord record, RecordState state, PropertySelection selection)
    {
        var json = new JsonObject();
        foreach (var (name, read) in selection.Shown)
        {
            var value = read(record, state);
            json[name] = value is "" && !world.Switches.ClearedReadsAsEmptyText ? null : InForm(model, name, value);
        }

        return json;
    }

    private string? InForm(ObjectModel model, string name, string? value) =>
        world.Switches.TimesReadAsMilliseconds && value is { Length: > 0 } && model.Properties.Find(name)?.Type is "date" or "datetime"
            && Instant.TryParse(value, out var at)
            ? at.ToUnixTimeMilliseconds().ToString()
            : value;

    private static JsonObject History(RecordState state, IReadOnlyList<string> names, int most)
    {
        var json = new JsonObject();
        foreach (var name in names)
        {
            var entries = new JsonArray();
            var version = state.Values.GetValueOrDefault(name);
            for (; version is not null && (most <= 0 || entries.Count < most); version = version.Previous)
            {
                entries.Add((JsonNode)Entry(version));
            }

            json[name] = entries;
        }

        return json;
    }

    private static JsonObject Entry(PropertyVersion version)
    {
        var json = new JsonObject
        {
            ["value"] = version.Value,
            ["timestamp"] = Instant.Text(version.At),
            ["sourceType"] = version.Source.Type,
        };
        if (version.Source.Id is not null)
        {
            json["sourceId"] = version.Source.Id;
        }

        if (version.Source.Label is not null)
        {
            json["sourceLabel"] = version.Source.Label;
        }

        if (version.Source.UserId is { } user)
        {
            json["updatedByUserId"] = user;
        }

        return json;
    }

    private static JsonObject Warning(NormalisedValue value) => new()
    {
        ["category"] = "PROPERTY_VALUE_NORMALIZED",
        ["message"] = $"{value.Property} was normalized",
        ["context"] = new JsonObject
        {
            ["propertyName"] = value.Property,
            ["rawValue"] = value.Raw,
            ["normalizedValue"] = value.Stored,
        },
    };
}
