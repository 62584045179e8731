using System.Globalization;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>Salesforce from behind the screen.</summary>
public sealed class SalesforceDesk : ICrmDesk
{
    private static readonly string[] Words = ["analytics", "automation", "support", "training"];
    private readonly SalesforceSandbox _org;

    /// <summary>An org without records.</summary>
    /// <param name="time">Its clock.</param>
    /// <param name="seed">Its own randomness.</param>
    public SalesforceDesk(TimeProvider time, int seed)
    {
        _org = new SalesforceSandbox(time, new SalesforceOptions { Seed = seed });
        _org.AddField("Contact", new("Interests__c", "multipicklist") { Picklist = Words, Restricted = true });
        Site = new SandboxSite(_org);
    }

    /// <inheritdoc />
    public CrmKind Kind => CrmKind.Salesforce;

    /// <inheritdoc />
    public SandboxSite Site { get; }

    /// <summary>Its warts.</summary>
    public SalesforceSwitches Switches
    {
        get => _org.Switches;
        set => _org.Switches = value;
    }

    /// <summary>A trigger that changes what is saved.</summary>
    public void Normalise(Table table, string field, Func<string, string> spell) => _org.AddTrigger(table.Salesforce, save =>
    {
        if (save[field] is string text && text != save.Old(field) as string)
        {
            save[field] = spell(text);
        }
    });

    /// <inheritdoc />
    public IReadOnlyList<CrmSight> Look(Table table) =>
        [.. _org.Records(table.Salesforce, includeDeleted: true).Select(r => new CrmSight(
            r.Id, !r.IsDeleted, r.MasterRecordId, (string?)r[Table.KeyIn(Kind)], [.. table.Columns.Select(c => Text(r[c.Salesforce]))]))];

    /// <inheritdoc />
    public string Create(Table table, IReadOnlyDictionary<string, string?> fields, Hand hand) =>
        Allowed(() => _org.CreateAsUser(table.Salesforce, Json(table, fields), User(hand)));

    /// <inheritdoc />
    public void Edit(Table table, string id, IReadOnlyDictionary<string, string?> fields, Hand hand) => Allowed(() =>
    {
        _org.EditAsUser(table.Salesforce, id, Json(table, fields), User(hand));
        return id;
    });

    /// <inheritdoc />
    public void EditAll(Table table, IReadOnlyList<string> ids, string field, string? value)
    {
        foreach (var id in ids)
        {
            Edit(table, id, new Dictionary<string, string?> { [field] = value }, Hand.Person);
        }
    }

    /// <inheritdoc />
    public void Delete(Table table, string id) => Do(() => _org.DeleteAsUser(table.Salesforce, id));

    /// <inheritdoc />
    public void Undelete(Table table, string id) => Do(() => _org.Undelete(table.Salesforce, id));

    /// <inheritdoc />
    public void Purge(Table table, string id) => Do(() => _org.Purge(table.Salesforce, id));

    /// <inheritdoc />
    public void Merge(Table table, string winner, string loser) => Do(() => _org.MergeAsUser(table.Salesforce, winner, [loser]));

    /// <inheritdoc />
    public void Touch(Table table, string id) => Do(() => _org.TouchSystemModstamp(table.Salesforce, id));

    /// <inheritdoc />
    public void Hide(Table table, string field, bool isHidden) => _org.HideField(table.Salesforce, field, isHidden);

    /// <inheritdoc />
    public void Lock(string id, int times) => _org.LockRows([id], times);

    private string User(Hand hand) => hand switch
    {
        Hand.OurUser => _org.IntegrationUserId,
        Hand.Colleague or Hand.Automation => _org.SecondHumanUserId,
        _ => _org.HumanUserId,
    };

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static JsonObject Json(Table table, IReadOnlyDictionary<string, string?> fields) => new(fields.Select(f => KeyValuePair.Create(
        f.Key,
        f.Value is null ? null
        : table.IndexOf(f.Key, CrmKind.Salesforce) is >= 0 and var at && table.Columns[at].Kind is ColumnKind.Number
            ? (JsonNode?)JsonValue.Create(decimal.Parse(f.Value, CultureInfo.InvariantCulture))
            : JsonValue.Create(f.Value))));

    private static void Do(Action act) => Allowed(() =>
    {
        act();
        return 0;
    });

    private static T Allowed<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is SalesforceException or ArgumentException)
        {
            throw new DeskException(e.Message);
        }
    }
}
