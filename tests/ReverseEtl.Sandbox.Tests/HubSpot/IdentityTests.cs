using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class IdentityTests
{
    private readonly Portal _portal = new();

    [Fact]
    public async Task Archived_record_is_read_only_with_the_flag_and_is_gone_after_90_days()
    {
        var id = _portal.Contact("a@ex.test");
        Assert.Equal(204, (await _portal.Delete($"{Portal.Contacts}/{id}")).Status);
        Assert.Equal(404, (await _portal.Get($"{Portal.Contacts}/{id}")).Status);
        var archived = await _portal.Get($"{Portal.Contacts}/{id}?archived=true");
        Assert.Equal("2026-11-02T10:11:12.345Z", (string?)archived.Body["archivedAt"]);
        Assert.Equal([id], (await _portal.Get($"{Portal.Contacts}?archived=true")).Ids);
        Assert.Empty((await _portal.Get(Portal.Contacts)).Results);
        _portal.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(404, (await _portal.Get($"{Portal.Contacts}/{id}?archived=true")).Status);
        Assert.Empty((await _portal.Get($"{Portal.Contacts}?archived=true")).Results);
    }

    [Fact]
    public async Task Live_record_is_not_among_the_archived()
    {
        var id = _portal.Contact("a@ex.test");
        Assert.Equal(404, (await _portal.Get($"{Portal.Contacts}/{id}?archived=true")).Status);
    }

    [Theory]
    [InlineData(true, 404)]
    [InlineData(false, 204)]
    public async Task Delete_of_an_unknown_id_is_answered_as_switched(bool notFound, int status)
    {
        _portal.Crm.Switches.DeleteUnknownIsNotFound = notFound;
        Assert.Equal(status, (await _portal.Delete($"{Portal.Contacts}/99")).Status);
    }

    [Fact]
    public async Task Delete_twice_is_204()
    {
        var id = _portal.Contact("a@ex.test");
        await _portal.Delete($"{Portal.Contacts}/{id}");
        Assert.Equal(204, (await _portal.Delete($"{Portal.Contacts}/{id}")).Status);
    }

    [Fact]
    public async Task Archived_address_and_key_are_free()
    {
        var id = _portal.Contact("a@ex.test", ("warehouse_id", "W-1"));
        _portal.Crm.ArchiveAsUser("contacts", id);
        var again = await _portal.Batch(
            Portal.Contacts, "upsert", """{"id":"W-1","idProperty":"warehouse_id","properties":{"email":"a@ex.test"}}""");
        Assert.True((bool)again.Results[0]!["new"]!);
        Assert.Throws<HubSpotRefusedException>(() => _portal.Crm.Restore("contacts", id));
    }

    [Fact]
    public async Task Restored_record_keeps_its_id_and_is_searchable_after_the_lag()
    {
        var id = _portal.Contact("a@ex.test", ("warehouse_id", "W-1"));
        _portal.LetIndexCatchUp();
        _portal.Crm.ArchiveAsUser("contacts", id);
        _portal.LetIndexCatchUp();
        _portal.Crm.Restore("contacts", id);
        Assert.Equal(id, (await _portal.Get($"{Portal.Contacts}/W-1?idProperty=warehouse_id")).Id);
        Assert.Empty((await _portal.Post($"{Portal.Contacts}/search", "{}")).Results);
        _portal.LetIndexCatchUp();
        Assert.Equal([id], (await _portal.Post($"{Portal.Contacts}/search", "{}")).Ids);
    }

    [Fact]
    public async Task Merge_makes_a_new_record_and_both_old_ids_lead_to_it()
    {
        var (a, b) = (_portal.Contact("a@ex.test", ("city", "Bonn")), _portal.Contact("b@ex.test", ("city", "Kiel"), ("zip", "24103")));
        var merged = await _portal.Post($"{Portal.Contacts}/merge", $$"""{"primaryObjectId":"{{a}}","objectIdToMerge":"{{b}}"}""");
        Assert.Equal(200, merged.Status);
        Assert.DoesNotContain(merged.Id, new[] { a, b });
        foreach (var old in new[] { a, b })
        {
            var read = await _portal.Get($"{Portal.Contacts}/{old}?properties=email,city,zip,hs_merged_object_ids,hs_additional_emails");
            Assert.Equal(merged.Id, read.Id);
            Assert.Equal(("a@ex.test", "Bonn", "24103"), (read.Property("email"), read.Property("city"), read.Property("zip")));
            Assert.Equal(($"{a};{b}", "b@ex.test"), (read.Property("hs_merged_object_ids"), read.Property("hs_additional_emails")));
        }
    }

    [Fact]
    public async Task Merge_of_a_merged_record_keeps_all_old_ids()
    {
        var (a, b, c) = (_portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"), _portal.Contact("c@ex.test"));
        var survivor = _portal.Crm.MergeAsUser("contacts", a, b, c);
        Assert.Equal(survivor, (await _portal.Get($"{Portal.Contacts}/{b}")).Id);
        Assert.StartsWith($"{a};{b};", _portal.Crm.Record("contacts", survivor)!.Properties["hs_merged_object_ids"]);
    }

    [Fact]
    public async Task Merge_rewrites_the_source_of_values()
    {
        var (a, b) = (_portal.Contact("a@ex.test", ("city", "Bonn")), _portal.Contact("b@ex.test"));
        var survivor = _portal.Crm.MergeAsUser("contacts", a, b);
        var history = (await _portal.Get($"{Portal.Contacts}/{survivor}?propertiesWithHistory=city")).Body["propertiesWithHistory"]!["city"]!;
        Assert.Equal(("MERGE_CONTACTS", "CRM_UI"), ((string?)history[0]!["sourceType"], (string?)history[1]!["sourceType"]));
    }

    [Fact]
    public async Task Single_update_follows_a_merge()
    {
        var (a, b) = (_portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        var survivor = _portal.Crm.MergeAsUser("contacts", a, b);
        Assert.Equal(survivor, (await _portal.Change($"{Portal.Contacts}/{b}", """{"city":"Bonn"}""")).Id);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Key_that_a_merge_dropped_is_created_anew_unless_switched(bool resolves, bool isNew)
    {
        _portal.Crm.Switches.MergedKeysResolve = resolves;
        _portal.Crm.MergeAsUser("contacts", _portal.Contact("a@ex.test", ("warehouse_id", "W-1")), _portal.Contact("b@ex.test", ("warehouse_id", "W-2")));
        var again = await _portal.Batch(
            Portal.Contacts, "upsert", """{"id":"W-2","idProperty":"warehouse_id","properties":{"firstname":"Bo"}}""");
        Assert.Equal(isNew, (bool)again.Results[0]!["new"]!);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public async Task Merged_away_ids_are_listed_as_archived_only_where_switched(bool listed, int count)
    {
        _portal.Crm.Switches.MergedIdsListedAsArchived = listed;
        _portal.Crm.MergeAsUser("contacts", _portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        Assert.Equal(count, (await _portal.Get($"{Portal.Contacts}?archived=true")).Results.Count);
    }

    [Fact]
    public async Task Merge_beyond_250_identities_is_414()
    {
        var survivor = _portal.Contact("a@ex.test");
        var status = 200;
        for (var i = 0; i < 250 && status == 200; i++)
        {
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
            var other = _portal.Contact($"c{i}@ex.test");
            var answer = await _portal.Post($"{Portal.Contacts}/merge", $$"""{"primaryObjectId":"{{survivor}}","objectIdToMerge":"{{other}}"}""");
            (status, survivor) = (answer.Status, status == 200 && answer.Status == 200 ? answer.Id : survivor);
            Assert.True(answer.Status == 200 || answer.Message == "Cannot have more than 250 identities on a profile");
        }

        Assert.Equal(414, status);
    }

    [Fact]
    public async Task Merge_of_unknown_or_same_records_is_refused()
    {
        var id = _portal.Contact("a@ex.test");
        Assert.Equal(404, (await _portal.Post($"{Portal.Contacts}/merge", $$"""{"primaryObjectId":"{{id}}","objectIdToMerge":"9"}""")).Status);
        Assert.Equal(400, (await _portal.Post($"{Portal.Contacts}/merge", $$"""{"primaryObjectId":"{{id}}","objectIdToMerge":"{{id}}"}""")).Status);
    }

    [Fact]
    public async Task Gdpr_delete_removes_a_contact_without_a_trace()
    {
        var id = _portal.Contact("a@ex.test");
        Assert.Equal(204, (await _portal.Post($"{Portal.Contacts}/gdpr-delete", """{"objectId":"a@ex.test","idProperty":"email"}""")).Status);
        Assert.Equal(404, (await _portal.Get($"{Portal.Contacts}/{id}?archived=true")).Status);
        Assert.Empty(_portal.Crm.Records("contacts", includeArchived: true));
    }

    [Fact]
    public async Task Gdpr_delete_of_an_unknown_address_bars_it()
    {
        Assert.Equal(204, (await _portal.Post($"{Portal.Contacts}/gdpr-delete", """{"objectId":"x@ex.test","idProperty":"email"}""")).Status);
        Assert.Equal("INVALID_EMAIL", (await _portal.Create(Portal.Contacts, """{"email":"x@ex.test"}""")).Code);
    }
}
