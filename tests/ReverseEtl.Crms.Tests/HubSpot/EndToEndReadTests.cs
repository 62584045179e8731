using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>Reading from the simulated account.</summary>
public sealed class EndToEndReadTests
{
    [Theory]
    [InlineData("2026-09")]
    [InlineData("2026-03")]
    [InlineData("v3")]
    public async Task Check_with_a_good_token_passes_in_every_version(string version)
    {
        await using var portal = new Portal(version);

        await portal.Crm.CheckAsync(default);

        Assert.Equal(1, portal.Crm.Calls);
    }

    [Fact]
    public async Task Describe_tells_types_options_keys_and_what_is_writable()
    {
        await using var portal = new Portal();

        var schema = (await portal.Crm.DescribeAsync("contacts", default))!;

        Assert.Equal(FieldKind.Email, schema.Find("EMAIL")!.Type.Kind);
        Assert.True(schema.Find("email")!.Unique);
        Assert.True(schema.Find(Portal.Key)!.Unique);
        Assert.Equal(FieldKind.Picklist, schema.Find("lifecyclestage")!.Type.Kind);
        Assert.Contains("lead", schema.Find("lifecyclestage")!.Type.Options!);
        Assert.Null(schema.Find("hubspot_owner_id")!.Type.Options);
        Assert.False(schema.Find("createdate")!.Updateable);
        Assert.False(schema.Find("hs_object_id")!.Createable);
        Assert.True(schema.Find("firstname")!.Updateable);
        Assert.Equal(65_536, schema.Find("firstname")!.Type.MaxLength);
    }

    [Fact]
    public async Task Describe_of_an_unknown_object_is_null()
    {
        await using var portal = new Portal();

        Assert.Null(await portal.Crm.DescribeAsync("2-99999", default));
        Assert.Null(await portal.Crm.DescribePathAsync("contacts", "Account.Name", default));
    }

    [Fact]
    public async Task Changes_report_an_edit_as_soon_as_the_index_shows_it()
    {
        await using var portal = new Portal();
        var id = portal.Contact("ann@ex.test");
        portal.LetIndexCatchUp();
        portal.Edit(id, "firstname", "Ann");
        var since = portal.Time.GetUtcNow();
        portal.LetIndexCatchUp();

        var change = Assert.Single(await portal.Changes(await portal.Reading("firstname"), since));

        Assert.Equal(id, change.Id);
        Assert.Null(change.Record);
        Assert.Equal(since, change.Version);
    }

    // A bin has no filter by time and keeps records for 90 days (reference §5.2).
    [Fact]
    public async Task Bin_of_many_pages_is_listed_the_less_often_and_what_went_into_it_meanwhile_is_found()
    {
        await using var portal = new Portal();
        var reading = await portal.Reading("firstname");
        for (var i = 0; i < 1_150; i++)
        {
            portal.Account.ArchiveAsUser("contacts", portal.Contact($"old{i}@ex.test"));
        }

        var gone = portal.Contact("gone@ex.test");
        portal.Time.Advance(TimeSpan.FromHours(2));
        await portal.Changes(reading, portal.Time.GetUtcNow());
        var listing = portal.Requests("GET /crm/objects/2026-09/contacts");
        Assert.InRange(listing, 12, 13);

        var archived = portal.Time.GetUtcNow();
        portal.Account.ArchiveAsUser("contacts", gone);
        portal.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(await portal.Changes(reading, archived.AddMinutes(4)));
        Assert.Equal(listing, portal.Requests("GET /crm/objects/2026-09/contacts"));

        portal.Time.Advance(TimeSpan.FromMinutes(2));
        var found = Assert.Single(await portal.Changes(reading, archived.AddMinutes(6)));
        Assert.Equal((gone, CrmPresence.Deleted), (found.Id, found.Record!.Presence));
    }

    [Fact]
    public async Task Changes_of_many_records_at_one_instant_all_come()
    {
        await using var portal = new Portal();
        for (var i = 0; i < 450; i++)
        {
            portal.Contact($"p{i}@ex.test");
        }

        portal.Time.Advance(TimeSpan.FromHours(1));
        var since = portal.Time.GetUtcNow();
        portal.Account.BulkEditAsUser("contacts", null, new Dictionary<string, string?> { ["city"] = "Bonn" });
        portal.LetIndexCatchUp();

        var changes = await portal.Changes(await portal.Reading("city"), since);

        Assert.Equal(450, changes.Select(change => change.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_sweep_gives_whole_records_and_deleted_ones()
    {
        await using var portal = new Portal();
        for (var i = 0; i < 120; i++)
        {
            portal.Contact($"p{i}@ex.test", ("firstname", $"P{i}"));
        }

        var gone = portal.Contact("gone@ex.test");
        portal.Account.ArchiveAsUser("contacts", gone);

        var changes = await portal.Changes(await portal.Reading("firstname", "phone"), null);

        Assert.Equal(121, changes.Count);
        Assert.All(changes, change => Assert.NotNull(change.Record));
        var first = changes.Single(change => change.Record!.Values[0].Text == "P0").Record!;
        Assert.Equal(CrmPresence.Live, first.Presence);
        Assert.Equal(FieldValue.Null, first.Values[1]);
        Assert.Equal(CrmPresence.Deleted, changes.Single(change => change.Id == gone).Record!.Presence);
    }

    [Fact]
    public async Task A_deletion_since_then_is_reported_and_an_older_one_is_not()
    {
        await using var portal = new Portal();
        var old = portal.Contact("old@ex.test");
        var fresh = portal.Contact("fresh@ex.test");
        portal.Account.ArchiveAsUser("contacts", old);
        portal.Time.Advance(TimeSpan.FromHours(2));
        var since = portal.Time.GetUtcNow();
        portal.Account.ArchiveAsUser("contacts", fresh);

        var change = Assert.Single(await portal.Changes(await portal.Reading("firstname"), since));

        Assert.Equal(fresh, change.Id);
        Assert.Equal(CrmPresence.Deleted, change.Record!.Presence);
        Assert.Equal(since, change.Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_merged_away_record_is_told_whether_or_not_it_is_listed_as_archived(bool listed)
    {
        await using var portal = new Portal();
        portal.Account.Switches.MergedIdsListedAsArchived = listed;
        var (a, b) = (portal.Contact("a@ex.test"), portal.Contact("b@ex.test"));
        var since = portal.Time.GetUtcNow();
        portal.Time.Advance(TimeSpan.FromSeconds(1));
        var survivor = portal.Account.MergeAsUser("contacts", a, [b]);

        // Before the index knows the survivor: only single reads can tell.
        var early = await portal.Changes(await portal.Reading("email"), since);
        portal.LetIndexCatchUp();
        var late = await portal.Changes(await portal.Reading("email"), since);

        Assert.All(early.Concat(late).Where(change => change.Record is not null), change =>
        {
            Assert.Equal(CrmPresence.Merged, change.Record!.Presence);
            Assert.Equal(survivor, change.Record.MergedInto);
        });
        Assert.Equal(listed ? 2 : 0, early.Count(change => change.Id == a || change.Id == b));
        Assert.Contains(late, change => change.Id == survivor);
    }

    [Fact]
    public async Task Reading_by_id_finds_live_deleted_and_merged_records_and_leaves_out_purged_ones()
    {
        await using var portal = new Portal();
        var live = portal.Contact("live@ex.test", (Portal.Key, "K1"));
        var deleted = portal.Contact("deleted@ex.test");
        var purged = portal.Contact("purged@ex.test");
        var (a, b) = (portal.Contact("a@ex.test"), portal.Contact("b@ex.test"));
        portal.Account.ArchiveAsUser("contacts", deleted);
        portal.Account.Purge("contacts", purged);
        var survivor = portal.Account.MergeAsUser("contacts", a, [b]);

        var found = await portal.Crm.ReadAsync(await portal.Reading("email"), [live, deleted, purged, a, b], default);

        Assert.Equal(4, found.Count);
        Assert.Equal("K1", found[live].Key);
        Assert.Equal("live@ex.test", found[live].Values[0].Text);
        Assert.Equal("28604240", found[live].LastChangedBy);
        Assert.Equal(CrmPresence.Deleted, found[deleted].Presence);
        Assert.Equal(survivor, found[a].Id);
        Assert.Equal(CrmPresence.Live, found[b].Presence);
        Assert.Equal([a, b], found[b].MergedIds.Order());
    }

    [Fact]
    public async Task Finding_by_key_does_not_wait_for_the_index()
    {
        await using var portal = new Portal();
        var id = portal.Contact("ann@ex.test", (Portal.Key, "K1"));

        var found = await portal.Crm.FindByKeyAsync(await portal.Reading("email"), ["K1", "K2"], default);

        Assert.Equal(id, Assert.Single(found["K1"]).Id);
        Assert.Empty(found["K2"]);
        Assert.Equal(0, portal.Requests("/search"));
    }

    [Fact]
    public async Task Finding_by_address_compares_without_case_and_knows_further_addresses()
    {
        await using var portal = new Portal();
        var (a, b) = (portal.Contact("a@ex.test"), portal.Contact("b@ex.test"));
        var survivor = portal.Account.MergeAsUser("contacts", a, [b]);

        var found = await portal.Crm.FindByKeyAsync(await portal.ReadingOf("contacts", "email", "email"), [" A@Ex.test", "b@ex.test"], default);

        Assert.Equal(survivor, Assert.Single(found[" A@Ex.test"]).Id);
        Assert.Equal(survivor, Assert.Single(found["b@ex.test"]).Id);
    }

    [Fact]
    public async Task A_version_is_the_same_in_search_list_and_read()
    {
        await using var portal = new Portal();
        var id = portal.Contact("ann@ex.test");
        portal.LetIndexCatchUp();
        var read = await portal.Reading("email");

        var hit = (await portal.Changes(read, portal.Time.GetUtcNow().AddMinutes(-1))).Single();
        var listed = (await portal.Changes(read, null)).Single();
        var direct = (await portal.Crm.ReadAsync(read, [id], default))[id];

        Assert.Equal(hit.Version, listed.Version);
        Assert.Equal(hit.Version, direct.Version);
    }
}
