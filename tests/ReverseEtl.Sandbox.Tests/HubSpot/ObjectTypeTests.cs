namespace ReverseEtl.Sandbox.Tests.HubSpot;

/// <summary>All standard object types work the same way, under each of their names.</summary>
public sealed class ObjectTypeTests
{
    private readonly Portal _portal = new();

    public static TheoryData<string, string, string, string> Types { get; } = new()
    {
        { "contacts", "contact", "0-1", """{"email":"a@ex.test"}""" },
        { "companies", "company", "0-2", """{"name":"Acme"}""" },
        { "deals", "deal", "0-3", """{"dealname":"D","dealstage":"closedwon","pipeline":"default"}""" },
        { "tickets", "ticket", "0-5", """{"subject":"T","hs_pipeline":"0","hs_pipeline_stage":"1"}""" },
        { "products", "product", "0-7", """{"name":"Chair","price":"12.5"}""" },
        { "line_items", "line_item", "0-8", """{"name":"Chair","quantity":"2"}""" },
        { "quotes", "quote", "0-14", """{"hs_title":"Q","hs_status":"DRAFT"}""" },
        { "communications", "communication", "0-18", """{"hs_communication_channel_type":"SMS"}""" },
        { "tasks", "task", "0-27", """{"hs_task_subject":"Call","hs_timestamp":"2026-11-02T10:00:00Z"}""" },
        { "notes", "note", "0-46", """{"hs_note_body":"Said no"}""" },
        { "meetings", "meeting", "0-47", """{"hs_meeting_title":"Demo"}""" },
        { "calls", "call", "0-48", """{"hs_call_title":"Call"}""" },
        { "emails", "email", "0-49", """{"hs_email_subject":"Hi"}""" },
        { "invoices", "invoice", "0-53", """{"hs_currency":"EUR"}""" },
        { "orders", "order", "0-123", """{"hs_order_name":"O-1"}""" },
        { "leads", "lead", "0-136", """{"hs_lead_name":"Ann"}""" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Record_lives_under_every_name_of_its_type_and_both_path_families(string plural, string singular, string id, string properties)
    {
        var made = await _portal.Create($"/crm/objects/2026-09/{plural}", properties);
        Assert.Equal(201, made.Status);
        foreach (var name in new[] { plural, singular, id })
        {
            Assert.Equal(made.Id, (await _portal.Get($"/crm/objects/2026-09/{name}/{made.Id}")).Id);
            Assert.Equal([made.Id], (await _portal.Get($"/crm/v3/objects/{name}")).Ids);
            Assert.Equal(200, (await _portal.Get($"/crm/properties/2026-09/{name}/hs_object_id")).Status);
        }

        _portal.LetIndexCatchUp();
        Assert.Equal([made.Id], (await _portal.Post($"/crm/v3/objects/{plural}/search", "{}")).Ids);
        Assert.Equal([made.Id], (await _portal.Batch($"/crm/v3/objects/{id}", "read", $$"""{"id":"{{made.Id}}"}""")).Ids);
        Assert.Equal(204, (await _portal.Delete($"/crm/v3/objects/{plural}/{made.Id}")).Status);
        Assert.Equal(404, (await _portal.Get($"/crm/v3/objects/{plural}/{made.Id}")).Status);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Read_without_names_shows_only_what_the_type_has(string plural, string singular, string id, string properties)
    {
        var made = await _portal.Create($"/crm/objects/2026-09/{singular}", properties);
        var shown = (await _portal.Get($"/crm/objects/2026-09/{id}/{made.Id}")).Body["properties"]!.AsObject().Select(p => p.Key).ToArray();
        var known = (await _portal.Get($"/crm/properties/2026-09/{plural}")).Results.Select(p => (string)p!["name"]!).ToArray();
        Assert.Subset(known.ToHashSet(), shown.ToHashSet());
        Assert.Contains(plural == "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate", shown);
        Assert.Single(shown, name => name is "createdate" or "hs_createdate");
    }

    [Theory]
    [InlineData("contacts", true)]
    [InlineData("tickets", true)]
    [InlineData("products", false)]
    [InlineData("tasks", false)]
    public async Task Only_some_types_can_be_merged(string type, bool merges)
    {
        var answer = await _portal.Post($"/crm/objects/2026-09/{type}/merge", """{"primaryObjectId":"1","objectIdToMerge":"2"}""");
        Assert.Equal(merges ? 404 : 405, answer.Status);
    }

    [Theory]
    [InlineData("deals", "line_items", 19, 20)]
    [InlineData("notes", "contacts", 202, 201)]
    [InlineData("deals", "tasks", 215, 216)]
    [InlineData("communications", "companies", 87, 88)]
    public async Task Types_are_associated_by_hubspots_own_kinds(string from, string to, int there, int back)
    {
        var a = await _portal.Create($"/crm/objects/2026-09/{from}", Sample(from));
        var b = await _portal.Create($"/crm/objects/2026-09/{to}", Sample(to));
        var answer = await _portal.Put($"/crm/objects/2026-09/{from}/{a.Id}/associations/default/{to}/{b.Id}");
        Assert.Equal(
            new[] { there, back }.Order(), answer.Results.Select(r => (int)r!["associationSpec"]!["associationTypeId"]!).Order());
        Assert.Equal(
            [there], (await _portal.Get($"/crm/v4/objects/{from}/{a.Id}/associations/{to}")).Results[0]!["associationTypes"]!.AsArray()
                .Select(t => (int)t!["typeId"]!));
    }

    [Fact]
    public async Task Kinds_of_one_direction_have_no_two_meanings()
    {
        foreach (var (from, to) in from a in Types from b in Types select ((string)a[0], (string)b[0]))
        {
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
            var types = (await _portal.Get($"/crm/associations/2026-09/{from}/{to}/labels")).Results.Select(t => (int)t!["typeId"]!).ToArray();
            Assert.Equal(types.Distinct(), types);
        }
    }

    private static string Sample(string type) => (string)Types.First(t => (string)t[0] == type)[3];
}
