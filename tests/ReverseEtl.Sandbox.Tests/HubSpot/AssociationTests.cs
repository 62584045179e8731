using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class AssociationTests
{
    private const string ContactsToCompanies = "/crm/associations/2026-09/contacts/companies";
    private const string Plain = """{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}""";
    private const string Primary = """{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}""";

    private readonly Portal _portal = new();
    private readonly string _ann;
    private readonly string _acme;
    private readonly string _bolt;

    public AssociationTests()
    {
        _ann = _portal.Contact("ann@ex.test");
        _acme = _portal.Company("Acme");
        _bolt = _portal.Company("Bolt");
    }

    [Fact]
    public async Task Default_link_is_made_once_and_shows_both_directions()
    {
        var path = $"{Portal.Contacts}/{_ann}/associations/default/companies/{_acme}";
        var answer = await _portal.Put(path);
        Assert.Equal(200, answer.Status);
        Assert.Equal([279, 280], answer.Results.Select(r => (int)r!["associationSpec"]!["associationTypeId"]!).Order());
        Assert.Equal(200, (await _portal.Put(path)).Status);
        Assert.Equal([_acme], _portal.Crm.Associated("contacts", _ann, "companies").Keys);
        Assert.Equal([_ann], _portal.Crm.Associated("companies", _acme, "contacts").Keys);
    }

    [Fact]
    public async Task Other_id_is_a_number_and_own_id_a_text_unless_switched()
    {
        _portal.Crm.AssociateAsUser("contacts", _ann, "companies", _acme);
        var shown = (await Read(_ann)).Results[0]!;
        Assert.Equal(System.Text.Json.JsonValueKind.String, shown["from"]!["id"]!.GetValueKind());
        Assert.Equal(System.Text.Json.JsonValueKind.Number, shown["to"]![0]!["toObjectId"]!.GetValueKind());
        _portal.Crm.Switches.ToObjectIdAsNumber = false;
        Assert.Equal(_acme, (string?)(await Read(_ann)).Results[0]!["to"]![0]!["toObjectId"]);
    }

    [Fact]
    public async Task Record_without_associations_makes_a_207_that_names_it()
    {
        var bea = _portal.Contact("bea@ex.test");
        _portal.Crm.AssociateAsUser("contacts", _ann, "companies", _acme);
        var answer = await Read(_ann, bea);
        Assert.Equal(207, answer.Status);
        Assert.Equal(_ann, (string?)Assert.Single(answer.Results)!["from"]!["id"]);
        var error = Assert.Single(answer.Errors)!;
        Assert.Equal(
            ("crm.associations.NO_ASSOCIATIONS_FOUND", bea, "contact", "company"),
            ((string?)error["subCategory"], (string?)error["context"]!["fromObjectId"]![0],
                (string?)error["context"]!["fromObjectType"]![0], (string?)error["context"]!["toObjectType"]![0]));
    }

    [Fact]
    public async Task First_company_becomes_the_primary_and_a_new_primary_takes_its_place()
    {
        await Create(_ann, _acme, Plain);
        Assert.Equal(["Primary"], LabelsOf(_acme));
        Assert.Equal(_acme, AssociatedCompany());
        await Create(_ann, _bolt, Plain);
        Assert.Empty(LabelsOf(_bolt));
        await Create(_ann, _bolt, Primary);
        Assert.Equal(["Primary"], LabelsOf(_bolt));
        Assert.Empty(LabelsOf(_acme));
        Assert.Equal(_bolt, AssociatedCompany());
    }

    [Fact]
    public async Task First_company_stays_plain_when_switched_off()
    {
        _portal.Crm.Switches.FirstCompanyBecomesPrimary = false;
        await Create(_ann, _acme, Plain);
        Assert.Empty(LabelsOf(_acme));
        Assert.Null(AssociatedCompany());
    }

    [Fact]
    public async Task Primary_set_from_the_company_displaces_the_other_one_too()
    {
        await Create(_ann, _acme, Primary);
        var answer = await _portal.Put(
            $"{Portal.Companies}/{_bolt}/associations/contacts/{_ann}", """[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":2}]""");
        Assert.Equal(201, answer.Status);
        Assert.Equal(["Primary"], LabelsOf(_bolt));
        Assert.Empty(LabelsOf(_acme));
    }

    [Fact]
    public async Task Primary_and_plain_are_two_types_of_one_link()
    {
        await Create(_ann, _acme, Primary);
        var types = (await Read(_ann)).Results[0]!["to"]![0]!["associationTypes"]!.AsArray();
        Assert.Equal([(1, "Primary"), (279, (string?)null)], types.Select(t => ((int)t!["typeId"]!, (string?)t["label"])).Order());
    }

    [Fact]
    public async Task Labels_that_are_put_replace_those_there()
    {
        var (first, second) = (await Label("billing"), await Label("champion"));
        await Create(_ann, _acme, User(first));
        await Create(_ann, _acme, User(second));
        Assert.Equal(["champion"], LabelsOf(_acme));
        await Create(_ann, _acme, User(first), User(second));
        Assert.Equal(["billing", "champion"], LabelsOf(_acme).Order());
    }

    [Fact]
    public async Task Version_3_names_the_types_of_a_records_links()
    {
        await _portal.Put($"{Portal.Contacts}/{_ann}/associations/default/companies/{_acme}");
        var shown = (await _portal.Get($"{Portal.ContactsV3}/{_ann}/associations/companies")).Results;
        Assert.Equal([_acme, _acme], shown.Select(r => (string?)r!["id"]));
        Assert.Equal(["contact_to_company", "contact_to_company_unlabeled"], shown.Select(r => (string)r!["type"]!).Order());
    }

    [Fact]
    public async Task Version_3_links_reads_and_parts_by_the_name_of_a_type()
    {
        const string path = "/crm/v3/associations/contacts/companies";
        string Row(string to, string type) => $$$"""{"from":{"id":"{{{_ann}}}"},"to":{"id":"{{{to}}}"},"type":"{{{type}}}"}""";
        var made = await _portal.Batch(path, "create", Row(_acme, "contact_to_company_unlabeled"), Row("99", "1"));
        Assert.Equal((207, _acme), (made.Status, (string?)Assert.Single(made.Results)!["to"]!["id"]));
        Assert.Equal("crm.associations.TO_OBJECT_NOT_FOUND", (string?)made.Errors[0]!["subCategory"]);
        var read = await _portal.Batch(path, "read", $$"""{"id":"{{_ann}}"}""", """{"id":"99"}""");
        Assert.Equal([_acme, _acme], Assert.Single(read.Results)!["to"]!.AsArray().Select(t => (string?)t!["id"]));
        Assert.Equal("crm.associations.NO_ASSOCIATIONS_FOUND", (string?)read.Errors[0]!["subCategory"]);
        Assert.Equal(204, (await _portal.Batch(path, "archive", Row(_acme, "279"))).Status);
        Assert.Empty(_portal.Crm.Associated("contacts", _ann, "companies"));
        Assert.Equal(400, (await _portal.Batch(path, "create", Row(_acme, "nope"))).Status);
        Assert.Equal(["1", "279"], (await _portal.Get($"{path}/types")).Results.Select(t => (string)t!["id"]!).Order());
    }

    [Fact]
    public async Task Record_is_not_associated_with_itself()
    {
        Assert.Equal(400, (await _portal.Put($"{Portal.Contacts}/{_ann}/associations/default/contacts/{_ann}")).Status);
        var batch = await _portal.Batch(
            "/crm/associations/2026-09/contacts/contacts", "associate/default", $$$"""{"from":{"id":"{{{_ann}}}"},"to":{"id":"{{{_ann}}}"}}""");
        Assert.Equal(400, batch.Status);
    }

    [Fact]
    public async Task Label_has_a_type_in_each_direction()
    {
        var made = (await _portal.Post($"{ContactsToCompanies}/labels", """{"name":"boss","label":"Boss of","inverseLabel":"Has boss"}""")).Results;
        Assert.Equal(["Boss of", "Has boss"], made.Select(t => (string?)t!["label"]));
        await Create(_ann, _acme, User((int)made[0]!["typeId"]!));
        Assert.Equal(["Has boss"], _portal.Crm.Associated("companies", _acme, "contacts")[_ann].Where(l => l != "Primary"));
    }

    [Fact]
    public async Task Eleventh_label_between_two_types_is_refused()
    {
        for (var i = 0; i < 10; i++)
        {
            await Label($"label{i}");
        }

        Assert.Equal(400, (await _portal.Post($"{ContactsToCompanies}/labels", """{"name":"more","label":"more"}""")).Status);
    }

    [Theory]
    [InlineData("/crm/objects/2026-09", "/crm/associations/2026-09", 400)]
    [InlineData("/crm/v3/objects", "/crm/v4/associations", 201)]
    public async Task Person_who_may_not_edit_associations_is_refused_since_2026_09(string objects, string associations, int status)
    {
        _portal.Crm.AddToken(new HubSpotToken("user", "7") { MayEditAssociations = false });
        _portal.Token = "user";
        var batch = await _portal.Post(
            $"{associations}/contacts/companies/batch/create",
            $$$"""{"inputs":[{"from":{"id":"{{{_ann}}}"},"to":{"id":"{{{_acme}}}"},"types":[{{{Plain}}}]}]}""");
        var created = await _portal.Post($"{objects}/contacts", $$"""
            {"properties":{"email":"bea@ex.test"},"associations":[{"to":{"id":"{{_acme}}"},"types":[{{Plain}}]}]}
            """);
        Assert.Equal((status, status), (batch.Status, created.Status));
        Assert.Equal(status == 400 ? "Missing 'Edit Associations' permission." : null, created.Message);
        Assert.Equal(207, (await Read(_bolt)).Status);
    }

    [Fact]
    public async Task Label_in_use_stays_and_unused_one_goes()
    {
        var id = await Label("billing");
        await Create(_ann, _acme, User(id));
        Assert.Equal(400, (await _portal.Delete($"{ContactsToCompanies}/labels/{id}")).Status);
        await _portal.Delete($"{Portal.Contacts}/{_ann}/associations/companies/{_acme}");
        Assert.Equal(204, (await _portal.Delete($"{ContactsToCompanies}/labels/{id}")).Status);
        Assert.DoesNotContain((await _portal.Get($"{ContactsToCompanies}/labels")).Results, t => (int)t!["typeId"]! == id);
    }

    [Fact]
    public async Task Label_of_hubspot_cannot_be_changed() => Assert.Equal(
        400, (await _portal.Put($"{ContactsToCompanies}/labels", """{"associationTypeId":1,"label":"Main"}""")).Status);

    [Fact]
    public async Task Removing_a_label_keeps_the_link_and_removing_the_plain_type_ends_it()
    {
        var label = await Label("billing");
        await Create(_ann, _acme, User(label));
        await Unlabel(User(label));
        Assert.Equal([_acme], _portal.Crm.Associated("contacts", _ann, "companies").Keys);
        Assert.DoesNotContain("billing", LabelsOf(_acme));
        await Unlabel(Plain);
        Assert.Empty(_portal.Crm.Associated("contacts", _ann, "companies"));
    }

    [Theory]
    [InlineData("/crm/associations/2026-09/contacts/companies", 200)]
    [InlineData("/crm/associations/2026-03/contacts/companies", 200)]
    [InlineData("/crm/v4/associations/contacts/companies", 204)]
    public async Task Batch_removal_answers_by_version(string path, int status)
    {
        await Create(_ann, _acme, Plain);
        var answer = await _portal.Post($"{path}/batch/archive", $$$"""{"inputs":[{"from":{"id":"{{{_ann}}}"},"to":[{"id":"{{{_acme}}}"}]}]}""");
        Assert.Equal(status, answer.Status);
        Assert.Empty(_portal.Crm.Associated("contacts", _ann, "companies"));
    }

    [Fact]
    public async Task Missing_ends_are_errors_of_their_own_and_the_rest_is_done()
    {
        var answer = await _portal.Post(
            $"{ContactsToCompanies}/batch/create",
            $$"""{"inputs":[{{Pair(_ann, _acme, Plain)}},{{Pair("9", _acme, Plain)}},{{Pair(_ann, "9", Plain)}}]}""");
        Assert.Equal(207, answer.Status);
        Assert.Single(answer.Results);
        Assert.Equal(
            ["crm.associations.FROM_OBJECT_NOT_FOUND", "crm.associations.TO_OBJECT_NOT_FOUND"],
            answer.Errors.Select(e => (string?)e!["subCategory"]));
    }

    [Fact]
    public async Task Type_of_another_direction_is_refused()
    {
        var answer = await Create(_ann, _acme, """{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":280}""");
        Assert.Equal((400, "crm.associations.INVALID_ASSOCIATION_TYPE"), (answer.Status, (string?)answer.Body["subCategory"]));
    }

    [Theory]
    [InlineData("read", 1_001, """{"id":"1"}""")]
    [InlineData("create", 2_001, """{"from":{"id":"1"},"to":{"id":"2"},"types":[]}""")]
    [InlineData("archive", 2_001, """{"from":{"id":"1"},"to":[{"id":"2"}]}""")]
    public async Task Batch_over_its_size_is_refused(string operation, int count, string input)
    {
        var inputs = string.Join(',', Enumerable.Repeat(input, count));
        Assert.Equal(400, (await _portal.Post($"{ContactsToCompanies}/batch/{operation}", $$"""{"inputs":[{{inputs}}]}""")).Status);
    }

    [Theory]
    [InlineData(100, 200)]
    [InlineData(101, 400)]
    public async Task Removal_takes_a_hundred_records_each_as_often_as_one_likes(int records, int status)
    {
        var inputs = string.Join(',', Enumerable.Range(0, 200).Select(i => $$$"""{"from":{"id":"{{{i % records}}}"},"to":[{"id":"2"}]}"""));
        Assert.Equal(status, (await _portal.Post($"{ContactsToCompanies}/batch/archive", $$"""{"inputs":[{{inputs}}]}""")).Status);
    }

    [Fact]
    public async Task Long_list_of_one_record_comes_in_pages()
    {
        _portal.Crm.Switches.AssociationPage = 1;
        _portal.Crm.AssociateAsUser("contacts", _ann, "companies", _acme);
        _portal.Crm.AssociateAsUser("contacts", _ann, "companies", _bolt);
        var first = (await Read(_ann)).Results[0]!;
        var after = (string?)first["paging"]!["next"]!["after"];
        var second = await _portal.Post($"{ContactsToCompanies}/batch/read", $$"""{"inputs":[{"id":"{{_ann}}","after":"{{after}}"}]}""");
        Assert.Equal(
            new[] { _acme, _bolt }.Order(),
            new[] { first, second.Results[0]! }.Select(r => r["to"]![0]!["toObjectId"]!.ToString()).Order());
        Assert.Null(second.Results[0]!["paging"]);
    }

    [Fact]
    public async Task Single_read_pages_and_shows_types()
    {
        _portal.Crm.AssociateAsUser("contacts", _ann, "companies", _acme, "Primary");
        _portal.Crm.AssociateAsUser("contacts", _ann, "companies", _bolt);
        var first = await _portal.Get($"{Portal.Contacts}/{_ann}/associations/companies?limit=1");
        var next = (string?)first.Body["paging"]!["next"]!["after"];
        var second = await _portal.Get($"/crm/v4/objects/contacts/{_ann}/associations/companies?limit=1&after={next}");
        Assert.Equal([_acme, _bolt], new[] { first, second }.Select(a => Assert.Single(a.Results)!["toObjectId"]!.ToString()));
    }

    [Fact]
    public async Task Record_shows_its_associations_when_asked_and_no_key_without_any()
    {
        await Create(_ann, _acme, Primary);
        var shown = (await _portal.Get($"{Portal.Contacts}/{_ann}?associations=companies,deals")).Body["associations"]!.AsObject();
        Assert.Equal(["companies"], shown.Select(a => a.Key));
        Assert.Equal(
            ["contact_to_company", "contact_to_company_unlabeled"],
            shown["companies"]!["results"]!.AsArray().Select(r => (string?)r!["type"]));
        Assert.Null((await _portal.Get($"{Portal.Contacts}/{_ann}")).Body["associations"]);
        Assert.NotNull((await _portal.Get($"{Portal.Contacts}?associations=companies")).Results[0]!["associations"]);
    }

    [Fact]
    public async Task New_record_is_associated_in_the_same_call()
    {
        var single = await _portal.Post(
            Portal.Contacts, $$$"""{"properties":{"email":"c@ex.test"},"associations":[{"to":{"id":"{{{_acme}}}"},"types":[{{{Plain}}}]}]}""");
        var batch = await _portal.Batch(
            Portal.Contacts, "create",
            $$$"""{"objectWriteTraceId":"1","properties":{"email":"d@ex.test"},"associations":[{"to":{"id":"{{{_acme}}}"},"types":[{{{Plain}}}]}]}""",
            $$$"""{"objectWriteTraceId":"2","properties":{"email":"e@ex.test"},"associations":[{"to":{"id":"9"},"types":[{{{Plain}}}]}]}""");
        Assert.Equal((201, 207), (single.Status, batch.Status));
        Assert.Equal(new[] { single.Id, batch.Ids[0] }.Order(), _portal.Crm.Associated("companies", _acme, "contacts").Keys.Order());
        Assert.Equal("2", _portal.Crm.Records("companies").Single(c => c.Id == _acme).Properties["num_associated_contacts"]);
    }

    [Fact]
    public async Task Archived_end_hides_the_link_and_restore_brings_it_back()
    {
        await Create(_ann, _acme, Plain);
        _portal.Crm.ArchiveAsUser("companies", _acme);
        Assert.Equal(207, (await Read(_ann)).Status);
        _portal.Crm.Restore("companies", _acme);
        Assert.Equal(200, (await Read(_ann)).Status);
    }

    [Fact]
    public async Task Merge_keeps_the_links_and_the_first_ones_primary_company()
    {
        var bea = _portal.Contact("bea@ex.test");
        await Create(_ann, _acme, Primary);
        await Create(bea, _bolt, Primary);
        var survivor = _portal.Crm.MergeAsUser("contacts", _ann, bea);
        var links = _portal.Crm.Associated("contacts", survivor, "companies");
        Assert.Equal(["Primary"], links[_acme]);
        Assert.Empty(links[_bolt]);
    }

    [Fact]
    public async Task Merged_away_id_leads_to_the_survivor_in_single_calls_but_not_in_batches()
    {
        var bea = _portal.Contact("bea@ex.test");
        _portal.Crm.MergeAsUser("contacts", _ann, bea);
        Assert.Equal(207, (await _portal.Post($"{ContactsToCompanies}/batch/create", $$"""{"inputs":[{{Pair(bea, _acme, Plain)}}]}""")).Status);
        Assert.Equal(200, (await _portal.Put($"{Portal.Contacts}/{bea}/associations/default/companies/{_acme}")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Association_moves_the_last_modified_time_only_as_switched(bool bumps)
    {
        _portal.Crm.Switches.AssociationsBumpModified = bumps;
        var before = _portal.Crm.Record("contacts", _ann)!.UpdatedAt;
        _portal.Time.Advance(TimeSpan.FromMinutes(1));
        await Create(_ann, _acme, Plain);
        Assert.Equal(bumps, _portal.Crm.Record("contacts", _ann)!.UpdatedAt > before);
    }

    [Fact]
    public async Task Search_finds_by_association()
    {
        await Create(_ann, _acme, Plain);
        _portal.LetIndexCatchUp();
        var found = await _portal.Post(
            $"{Portal.Companies}/search",
            $$$"""{"filterGroups":[{"filters":[{"propertyName":"associations.contact","operator":"EQ","value":"{{{_ann}}}"}]}]}""");
        Assert.Equal([_acme], found.Ids);
    }

    [Fact]
    public async Task Associations_have_a_limit_of_their_own()
    {
        _portal.Crm.Switches.AssociationTenSecondlyLimit = 1;
        await Read(_ann);
        Assert.Equal("TEN_SECONDLY_ROLLING", (string?)(await Read(_ann)).Body["policyName"]);
        Assert.Equal(200, (await _portal.Get(Portal.Contacts)).Status);
    }

    private IReadOnlyList<string> LabelsOf(string company) => _portal.Crm.Associated("contacts", _ann, "companies")[company];

    private string? AssociatedCompany() => _portal.Crm.Record("contacts", _ann)!.Properties.GetValueOrDefault("associatedcompanyid");

    private static string User(int type) => $$"""{"associationCategory":"USER_DEFINED","associationTypeId":{{type}}}""";

    private static string Pair(string from, string to, params string[] types) =>
        $$$"""{"from":{"id":"{{{from}}}"},"to":{"id":"{{{to}}}"},"types":[{{{string.Join(',', types)}}}]}""";

    private async Task<int> Label(string name)
    {
        var made = await _portal.Post($"{ContactsToCompanies}/labels", $$"""{"name":"{{name}}","label":"{{name}}"}""");
        return (int)made.Results[0]!["typeId"]!;
    }

    private Task<Answer> Create(string from, string to, params string[] types) =>
        _portal.Post($"{ContactsToCompanies}/batch/create", $$"""{"inputs":[{{Pair(from, to, types)}}]}""");

    private Task<Answer> Unlabel(string type) =>
        _portal.Post($"{ContactsToCompanies}/batch/labels/archive", $$"""{"inputs":[{{Pair(_ann, _acme, type)}}]}""");

    private Task<Answer> Read(params string[] ids) => _portal.Post(
        $"{ContactsToCompanies}/batch/read", new JsonObject { ["inputs"] = new JsonArray([.. ids.Select(i => new JsonObject { ["id"] = i })]) }.ToJsonString());
}
