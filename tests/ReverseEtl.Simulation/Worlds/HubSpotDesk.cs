using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>HubSpot from behind the screen.</summary>
public sealed class HubSpotDesk : ICrmDesk
{
    private const string App = "5670736";

    private static readonly string[] Scopes =
    [
        "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read",
        "crm.objects.companies.read", "crm.objects.companies.write", "crm.schemas.companies.read",
    ];

    private readonly HubSpotSandbox _portal;

    /// <summary>An account without records.</summary>
    /// <param name="time">Its clock.</param>
    /// <param name="seed">Its own randomness.</param>
    public HubSpotDesk(TimeProvider time, int seed)
    {
        _portal = new HubSpotSandbox(time, new HubSpotOptions { Seed = seed });
        Site = new SandboxSite(_portal);
    }

    /// <inheritdoc />
    public CrmKind Kind => CrmKind.HubSpot;

    /// <inheritdoc />
    public SandboxSite Site { get; }

    /// <summary>Its warts.</summary>
    public HubSpotSwitches Switches => _portal.Switches;

    /// <inheritdoc />
    public IReadOnlyList<CrmSight> Look(Table table) =>
        [.. _portal.Records(table.HubSpot, includeArchived: true).Select(r => new CrmSight(
            r.Id, !r.Archived, r.MergedInto, r.Properties.GetValueOrDefault(Table.KeyIn(Kind)),
            [.. table.Columns.Select(c => r.Properties.GetValueOrDefault(c.HubSpot))]))];

    /// <inheritdoc />
    public string Create(Table table, IReadOnlyDictionary<string, string?> fields, Hand hand) =>
        Allowed(() => _portal.CreateAsUser(table.HubSpot, fields, Source(hand)));

    /// <inheritdoc />
    public void Edit(Table table, string id, IReadOnlyDictionary<string, string?> fields, Hand hand) =>
        Do(() => _portal.EditAsUser(table.HubSpot, id, fields, Source(hand)));

    /// <inheritdoc />
    public void EditAll(Table table, IReadOnlyList<string> ids, string field, string? value) =>
        Do(() => _portal.BulkEditAsUser(table.HubSpot, ids, new Dictionary<string, string?> { [field] = value }));

    /// <inheritdoc />
    public void Delete(Table table, string id) => Do(() => _portal.ArchiveAsUser(table.HubSpot, id));

    /// <inheritdoc />
    public void Undelete(Table table, string id) => Do(() => _portal.Restore(table.HubSpot, id));

    /// <inheritdoc />
    public void Purge(Table table, string id) => Do(() => _portal.Purge(table.HubSpot, id));

    /// <inheritdoc />
    public void Merge(Table table, string winner, string loser) => Do(() => _portal.MergeAsUser(table.HubSpot, winner, loser));

    /// <inheritdoc />
    public void Touch(Table table, string id) => Do(() => _portal.Touch(table.HubSpot, id));

    /// <summary>HubSpot has no permission for a single property: the app loses the whole object for writing.</summary>
    public void Hide(Table table, string field, bool isHidden) => _portal.AddToken(new HubSpotToken(
        HubSpotOptions.DefaultToken, App, isHidden ? Scopes.Where(s => s != $"crm.objects.{table.HubSpot}.write").ToHashSet(StringComparer.Ordinal) : null));

    /// <inheritdoc />
    public void Lock(string id, int times) => _portal.LockTimes(times);

    private static string Source(Hand hand) => hand switch
    {
        Hand.Person => "CRM_UI",
        Hand.Colleague => "MOBILE_IOS",
        _ => "AUTOMATION_PLATFORM",
    };

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
        catch (HubSpotRefusedException e)
        {
            throw new DeskException(e.Message);
        }
    }
}
