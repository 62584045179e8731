using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class ListTests
{
    private readonly Portal _portal = new();

    [Theory]
    [InlineData("/crm/lists/2026-09")]
    [InlineData("/crm/v3/lists")]
    public async Task List_is_made_and_found_by_id_and_by_name(string path)
    {
        var made = await _portal.Post(path, """{"name":"VIP","objectTypeId":"0-1","processingType":"MANUAL"}""");
        var id = (string?)made.Body["list"]!["listId"];
        Assert.Equal(200, made.Status);
        Assert.Equal("VIP", (string?)(await _portal.Get($"{path}/{id}")).Body["list"]!["name"]);
        Assert.Equal(id, (string?)(await _portal.Get($"{path}/object-type-id/0-1/name/VIP")).Body["list"]!["listId"]);
        Assert.Equal(400, (await _portal.Post(path, """{"name":"vip","objectTypeId":"0-1","processingType":"MANUAL"}""")).Status);
    }

    [Fact]
    public async Task Members_are_added_once_and_unknown_ids_are_told()
    {
        var list = await List("VIP");
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        var added = await _portal.Put($"{list}/memberships/add", $"""["{ann}","69"]""");
        Assert.Equal(($"[\"{ann}\"]", "[\"69\"]"), (added.Body["recordsIdsAdded"]!.ToJsonString(), added.Body["recordIdsMissing"]!.ToJsonString()));
        var changed = await _portal.Put(
            $"{list}/memberships/add-and-remove", $$"""{"recordIdsToAdd":["{{ann}}","{{bea}}"],"recordIdsToRemove":["{{ann}}"]}""");
        Assert.Equal(
            ($"[\"{bea}\"]", $"[\"{ann}\"]"), (changed.Body["recordsIdsAdded"]!.ToJsonString(), changed.Body["recordIdsRemoved"]!.ToJsonString()));
        Assert.Equal([bea], (await _portal.Get($"{list}/memberships")).Results.Select(r => (string?)r!["recordId"]));
    }

    [Fact]
    public async Task Members_come_in_pages_by_record_id()
    {
        var list = await List("VIP");
        var ids = Enumerable.Range(0, 3).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        await _portal.Put($"{list}/memberships/add", $"[{string.Join(',', ids.Reverse().Select(i => $"\"{i}\""))}]");
        var first = await _portal.Get($"{list}/memberships?limit=2");
        var second = await _portal.Get($"{list}/memberships?limit=2&after={first.Body["paging"]!["next"]!["after"]}");
        Assert.Equal(ids, first.Results.Concat(second.Results).Select(r => (string)r!["recordId"]!));
        Assert.Equal(3, (int)second.Body["total"]!);
        Assert.Equal(400, (await _portal.Get($"{list}/memberships?limit=251")).Status);
    }

    [Fact]
    public async Task Dynamic_list_takes_no_members()
    {
        var list = await List("Dynamic", "DYNAMIC");
        Assert.Equal(400, (await _portal.Put($"{list}/memberships/add", "[]")).Status);
    }

    [Fact]
    public async Task Membership_change_over_the_cap_is_refused()
    {
        _portal.Crm.Switches.ListMembershipCap = 1;
        Assert.Equal(400, (await _portal.Put($"{await List("VIP")}/memberships/add", """["1","2"]""")).Status);
    }

    [Fact]
    public async Task Records_tell_their_lists()
    {
        var list = await List("VIP");
        var ann = _portal.Contact("ann@ex.test");
        await _portal.Put($"{list}/memberships/add", $"""["{ann}"]""");
        var answer = await _portal.Post(
            "/crm/lists/2026-09/records/memberships/batch/read", $$"""{"inputs":[{"objectTypeId":"0-1","recordId":"{{ann}}"}]}""");
        Assert.EndsWith((string)answer.Results[0]!["recordListMemberships"]![0]!["listId"]!, list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_list_can_be_restored_for_90_days()
    {
        var list = await List("VIP");
        Assert.Equal(204, (await _portal.Delete(list)).Status);
        Assert.Equal(404, (await _portal.Get(list)).Status);
        Assert.Equal(204, (await _portal.Put($"{list}/restore")).Status);
        Assert.Equal(200, (await _portal.Get(list)).Status);
        await _portal.Delete(list);
        _portal.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(404, (await _portal.Put($"{list}/restore")).Status);
    }

    [Fact]
    public async Task Search_finds_lists_by_part_of_the_name()
    {
        await List("VIP north");
        await List("VIP south");
        await List("Others");
        var answer = await _portal.Post("/crm/lists/2026-09/search", """{"query":"vip","count":1}""");
        Assert.Equal((2, true), ((int)answer.Body["total"]!, (bool)answer.Body["hasMore"]!));
    }

    [Fact]
    public async Task Members_of_another_list_are_copied_and_all_can_be_removed()
    {
        var (one, other) = (await List("One"), await List("Other"));
        await _portal.Put($"{one}/memberships/add", $"""["{_portal.Contact("ann@ex.test")}"]""");
        Assert.Equal(204, (await _portal.Put($"{other}/memberships/add-from/{one.Split('/')[^1]}")).Status);
        Assert.Single((await _portal.Get($"{other}/memberships")).Results);
        Assert.Equal(204, (await _portal.Delete($"{other}/memberships")).Status);
        Assert.Empty((await _portal.Get($"{other}/memberships")).Results);
    }

    [Fact]
    public async Task All_lists_come_in_pages_by_id()
    {
        foreach (var name in new[] { "A", "B", "C" })
        {
            await List(name);
        }

        var first = await _portal.Post("/crm/lists/2026-09/all", """{"count":2}""");
        Assert.Equal(["A", "B"], Names(first));
        var after = (string?)first.Body["paging"]!["next"]!["after"];
        var rest = await _portal.Post("/crm/lists/2026-09/all", $$"""{"count":2,"after":"{{after}}"}""");
        Assert.Equal(["C"], Names(rest));
        Assert.Null(rest.Body["paging"]);
        Assert.Equal(["B", "C"], Names(await _portal.Get("/crm/lists/2026-09?listIds=612&listIds=613&listIds=99")));
        Assert.Equal(400, (await _portal.Post("/crm/lists/2026-09/all", """{"count":501}""")).Status);
    }

    [Fact]
    public async Task Lists_have_another_id_in_the_pages()
    {
        var id = (await List("VIP")).Split('/')[^1];
        var mapped = (await _portal.Post("/crm/lists/2026-09/idmapping", """["11","99"]""")).Body;
        Assert.Equal((id, "[\"99\"]"), (
            (string?)mapped["legacyListIdsToIdsMapping"]![0]!["listId"], mapped["missingLegacyListIds"]!.ToJsonString()));
        Assert.Equal(id, (string?)(await _portal.Get("/crm/lists/2026-09/idmapping?legacyListId=11")).Body["listId"]);
        Assert.Equal(404, (await _portal.Get("/crm/lists/2026-09/idmapping?legacyListId=99")).Status);
    }

    [Fact]
    public async Task Members_that_are_no_more_are_not_shown()
    {
        var list = await List("VIP");
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        await _portal.Put($"{list}/memberships/add", $"""["{ann}","{bea}"]""");
        _portal.Crm.ArchiveAsUser("contacts", ann);
        Assert.Equal([bea], (await _portal.Get($"{list}/memberships")).Results.Select(r => (string?)r!["recordId"]));
        _portal.Crm.Purge("contacts", bea);
        Assert.Empty((await _portal.Get($"{list}/memberships")).Results);
        var removed = await _portal.Put($"{list}/memberships/remove", $"""["{bea}","{bea}1"]""");
        Assert.Equal(($"[\"{bea}\"]", $"[\"{bea}1\"]"), (
            removed.Body["recordIdsRemoved"]!.ToJsonString(), removed.Body["recordIdsMissing"]!.ToJsonString()));
    }

    [Fact]
    public async Task Survivor_of_a_merge_is_where_the_merged_records_were()
    {
        var list = await List("VIP");
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        await _portal.Put($"{list}/memberships/add", $"""["{bea}"]""");
        var survivor = _portal.Crm.MergeAsUser("contacts", ann, bea);
        Assert.Equal([survivor], (await _portal.Get($"{list}/memberships")).Results.Select(r => (string?)r!["recordId"]));
        Assert.Equal(1, (int)(await _portal.Get(list)).Body["list"]!["size"]!);
    }

    [Fact]
    public async Task Type_may_be_named_and_is_shown_by_its_id()
    {
        var made = await _portal.Post("/crm/lists/2026-09", """{"name":"VIP","objectTypeId":"contacts","processingType":"MANUAL"}""");
        Assert.Equal("0-1", (string?)made.Body["list"]!["objectTypeId"]);
        var id = (string?)made.Body["list"]!["listId"];
        var ann = _portal.Contact("ann@ex.test");
        await _portal.Put($"/crm/lists/2026-09/{id}/memberships/add", $"""["{ann}"]""");
        Assert.Equal(id, (string?)(await _portal.Get($"/crm/lists/2026-09/records/contacts/{ann}/memberships")).Results[0]!["listId"]);
        Assert.Equal(id, (string?)(await _portal.Get("/crm/lists/2026-09/object-type-id/contacts/name/VIP")).Body["list"]!["listId"]);
    }

    [Fact]
    public async Task Name_stays_unique_when_a_list_is_renamed_or_restored()
    {
        var (one, other) = (await List("One"), await List("Other"));
        Assert.Equal(400, (await _portal.Put($"{one}/update-list-name?listName=other")).Status);
        await _portal.Delete(one);
        await List("one");
        Assert.Equal(400, (await _portal.Put($"{one}/restore")).Status);
        Assert.Equal(200, (await _portal.Put($"{other}/update-list-name?listName=OTHER")).Status);
    }

    private static string[] Names(Answer answer) => [.. answer.Body["lists"]!.AsArray().Select(l => (string)l!["name"]!)];

    private async Task<string> List(string name, string kind = "MANUAL")
    {
        var made = await _portal.Post("/crm/lists/2026-09", $$"""{"name":"{{name}}","objectTypeId":"0-1","processingType":"{{kind}}"}""");
        return $"/crm/lists/2026-09/{made.Body["list"]!["listId"]}";
    }
}
