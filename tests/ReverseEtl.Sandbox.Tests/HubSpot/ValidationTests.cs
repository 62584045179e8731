using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class ValidationTests
{
    private readonly Portal _portal = new();

    [Theory]
    [InlineData("nope", "1", "PROPERTY_DOESNT_EXIST", "Property \"nope\" does not exist")]
    [InlineData("segment", "SMB", "INVALID_OPTION", "SMB was not one of the allowed options: [enterprise, mid_market, smb]")]
    [InlineData("interests", "analytics;golf", "INVALID_OPTION", "golf was not one of the allowed options: [analytics, automation, support, training]")]
    [InlineData("email", "ann", "INVALID_EMAIL", "Email address ann is invalid")]
    [InlineData("createdate", "2026-01-01", "READ_ONLY_VALUE", "\"createdate\" is a read only property; its value cannot be set.")]
    [InlineData("hs_email_domain", "x", "READ_ONLY_VALUE", "\"hs_email_domain\" is a calculated property; its value cannot be set.")]
    [InlineData("hs_additional_emails", "x@ex.test", "READ_ONLY_VALUE", "\"hs_additional_emails\" is a read only property; its value cannot be set.")]
    [InlineData("lead_score", "1,000", "INVALID_INTEGER", "lead_score was not a valid number")]
    [InlineData("lead_score", "1.2.3", "INVALID_INTEGER", "lead_score was not a valid number")]
    [InlineData("last_seen_at", "soon", "INVALID_LONG", "soon was not a valid long.")]
    [InlineData("trial_ends", "31.12.2026", "INVALID_DATE", "31.12.2026 was not a valid date.")]
    [InlineData("newsletter", "yes", "INVALID_OPTION", "yes was not one of the allowed options: [true, false]")]
    [InlineData("hubspot_owner_id", "28604240", "INVALID_OPTION", "28604240 was not one of the allowed options: [968001, 968002, 968003]")]
    public async Task Bad_value_is_refused_with_its_code(string property, string value, string code, string message)
    {
        var id = _portal.Contact("ann@ex.test");
        var answer = await _portal.Change($"{Portal.Contacts}/{id}", $$"""{"{{property}}":"{{value}}"}""");
        Assert.Equal((400, "VALIDATION_ERROR", code), (answer.Status, answer.Category, answer.Code));
        Assert.Equal(message, (string?)answer.Errors[0]!["message"]);
        Assert.Equal(property, (string?)answer.Errors[0]!["context"]!["propertyName"]![0]);
    }

    [Fact]
    public async Task All_bad_values_are_listed_at_once_and_the_message_holds_them_as_json()
    {
        var answer = await _portal.Create(Portal.Contacts, """{"email":"ann","nope":"1"}""");
        const string start = "Property values were not valid: ";
        Assert.StartsWith(start, answer.Message);
        var parsed = JsonNode.Parse(answer.Message![start.Length..])!.AsArray();
        Assert.Equal(["INVALID_EMAIL", "PROPERTY_DOESNT_EXIST"], parsed.Select(p => (string)p!["error"]!));
        Assert.Equal(4242, (int)parsed[0]!["portalId"]!);
        Assert.Empty(_portal.Crm.Records("contacts"));
    }

    [Theory]
    [InlineData("lead_score", "12.5", "12.5")]
    [InlineData("lead_score", " 12 ", "12")]
    [InlineData("newsletter", "true", "true")]
    [InlineData("trial_ends", "2026-12-31", "2026-12-31")]
    [InlineData("trial_ends", "1798675200000", "2026-12-31")]
    [InlineData("last_seen_at", "1798675200000", "2026-12-31T00:00:00Z")]
    [InlineData("last_seen_at", "2026-12-31T01:00:00.500+01:00", "2026-12-31T00:00:00.500Z")]
    [InlineData("interests", "training;analytics", "analytics;training")]
    [InlineData("hubspot_owner_id", "968001", "968001")]
    public async Task Good_value_is_stored_in_its_form(string property, string value, string stored)
    {
        var id = _portal.Contact("ann@ex.test");
        var answer = await _portal.Change($"{Portal.Contacts}/{id}", $$"""{"{{property}}":"{{value}}"}""");
        Assert.Equal((200, stored), (answer.Status, answer.Property(property)));
        Assert.Null(answer.Body["warnings"]);
    }

    [Theory]
    [InlineData("1798700000000")]
    [InlineData("1798675200")]
    [InlineData("2026-12-31T10:00:00Z")]
    public async Task Odd_date_is_normalised_with_a_warning_in_2026_09_and_refused_before(string date)
    {
        var id = _portal.Contact("ann@ex.test");
        var old = await _portal.Change($"{Portal.ContactsV3}/{id}", $$"""{"trial_ends":"{{date}}"}""");
        Assert.Equal((400, "INVALID_DATE"), (old.Status, old.Code));
        var now = await _portal.Change($"{Portal.Contacts}/{id}", $$"""{"trial_ends":"{{date}}"}""");
        Assert.Equal((200, "2026-12-31"), (now.Status, now.Property("trial_ends")));
        var warning = now.Body["warnings"]![0]!;
        Assert.Equal("PROPERTY_VALUE_NORMALIZED", (string?)warning["category"]);
        Assert.Equal((date, "2026-12-31"), ((string?)warning["context"]!["rawValue"], (string?)warning["context"]!["normalizedValue"]));
    }

    [Fact]
    public async Task Leading_semicolon_adds_to_a_multiple_choice()
    {
        var id = _portal.Contact("ann@ex.test", ("interests", "support"));
        var answer = await _portal.Change($"{Portal.Contacts}/{id}", """{"interests":";analytics"}""");
        Assert.Equal("analytics;support", answer.Property("interests"));
    }

    [Fact]
    public async Task Text_has_a_longest_length()
    {
        Assert.Equal(201, (await _portal.Create(Portal.Contacts, $$"""{"firstname":"{{new string('a', 65_536)}}"}""")).Status);
        Assert.Equal(400, (await _portal.Create(Portal.Contacts, $$"""{"firstname":"{{new string('a', 65_537)}}"}""")).Status);
    }

    [Fact]
    public async Task Json_numbers_and_booleans_are_tolerated_until_switched_off()
    {
        Assert.Equal("17", (await _portal.Create(Portal.Contacts, """{"email":"a@ex.test","lead_score":17,"newsletter":true}""")).Property("lead_score"));
        _portal.Crm.Switches.NonStringValuesTolerated = false;
        Assert.Equal(400, (await _portal.Create(Portal.Contacts, """{"email":"b@ex.test","lead_score":17}""")).Status);
    }

    [Theory]
    [InlineData(NullValue.Reject, 400, "Bonn")]
    [InlineData(NullValue.Ignore, 200, "Bonn")]
    [InlineData(NullValue.Clear, 200, null)]
    public async Task Null_does_what_is_switched(NullValue mode, int status, string? city)
    {
        _portal.Crm.Switches.NullValue = mode;
        var id = _portal.Contact("ann@ex.test", ("city", "Bonn"));
        Assert.Equal(status, (await _portal.Change($"{Portal.Contacts}/{id}", """{"city":null}""")).Status);
        Assert.Equal(city, (await _portal.Get($"{Portal.Contacts}/{id}?properties=city")).Property("city"));
    }

    [Theory]
    [InlineData(Portal.Contacts, """{"city":"Bonn"}""", "email")]
    [InlineData(Portal.Companies, """{"city":"Bonn"}""", "name")]
    [InlineData(Portal.Deals, """{"dealname":"Big","dealstage":"closedwon"}""", "pipeline")]
    public async Task Create_without_the_least_is_refused(string path, string properties, string missing)
    {
        var answer = await _portal.Create(path, properties);
        Assert.Equal((400, "MISSING_REQUIRED_PROPERTY"), (answer.Status, answer.Code));
        Assert.Equal($"A value for {missing} must be provided", (string?)answer.Errors[0]!["message"]);
    }

    [Fact]
    public async Task Lifecycle_stage_moves_forward_only_and_a_step_back_is_ignored()
    {
        var id = _portal.Contact("ann@ex.test", ("lifecyclestage", "customer"));
        var answer = await _portal.Change($"{Portal.Contacts}/{id}", """{"lifecyclestage":"lead"}""");
        Assert.Equal((200, "customer"), (answer.Status, answer.Property("lifecyclestage")));
        await _portal.Change($"{Portal.Contacts}/{id}", """{"lifecyclestage":""}""");
        Assert.Equal("lead", (await _portal.Change($"{Portal.Contacts}/{id}", """{"lifecyclestage":"lead"}""")).Property("lifecyclestage"));
    }

    [Fact]
    public async Task Lifecycle_step_back_is_refused_where_switched()
    {
        _portal.Crm.Switches.LifecycleBackward = LifecycleBackward.Reject;
        var id = _portal.Contact("ann@ex.test", ("lifecyclestage", "customer"));
        Assert.Equal(400, (await _portal.Change($"{Portal.Contacts}/{id}", """{"lifecyclestage":"lead"}""")).Status);
    }

    [Fact]
    public async Task Address_in_use_is_409_with_the_existing_id()
    {
        var id = _portal.Contact("ann@ex.test");
        var answer = await _portal.Create(Portal.Contacts, """{"email":"ANN@ex.test"}""");
        Assert.Equal((409, "CONFLICT", $"Contact already exists. Existing ID: {id}"), (answer.Status, answer.Category, answer.Message));
    }

    [Fact]
    public async Task Additional_address_is_taken_too()
    {
        var survivor = _portal.Crm.MergeAsUser("contacts", _portal.Contact("a@ex.test"), _portal.Contact("b@ex.test"));
        var answer = await _portal.Create(Portal.Contacts, """{"email":"b@ex.test"}""");
        Assert.Equal((409, $"Contact already exists. Existing ID: {survivor}"), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task Additional_address_made_primary_leaves_the_list()
    {
        var id = _portal.Contact("a@ex.test", ("hs_additional_emails", "B@ex.test;c@ex.test"));
        await _portal.Change($"{Portal.Contacts}/{id}", """{"email":"b@ex.test"}""");
        var read = await _portal.Get($"{Portal.Contacts}/{id}?properties=email,hs_additional_emails");
        Assert.Equal(("b@ex.test", "c@ex.test"), (read.Property("email"), read.Property("hs_additional_emails")));
        Assert.Throws<HubSpotRefusedException>(() => _portal.Contact("d@ex.test", ("hs_additional_emails", "c@ex.test")));
    }

    [Theory]
    [InlineData(409, null)]
    [InlineData(400, "CONFLICTING_UNIQUE_VALUE")]
    public async Task Update_to_an_address_in_use_is_refused_as_switched(int status, string? code)
    {
        _portal.Crm.Switches.EmailConflictOnUpdateStatus = status;
        _portal.Contact("a@ex.test");
        var answer = await _portal.Change($"{Portal.Contacts}/{_portal.Contact("b@ex.test")}", """{"email":"a@ex.test"}""");
        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(false, 201)]
    [InlineData(true, 409)]
    public async Task Replaced_address_is_free_or_kept_as_switched(bool keeps, int status)
    {
        _portal.Crm.Switches.EmailChangeKeepsOldAsSecondary = keeps;
        await _portal.Change($"{Portal.Contacts}/{_portal.Contact("old@ex.test")}", """{"email":"new@ex.test"}""");
        Assert.Equal(status, (await _portal.Create(Portal.Contacts, """{"email":"old@ex.test"}""")).Status);
    }

    [Fact]
    public async Task Unique_value_in_use_is_400()
    {
        _portal.Contact("a@ex.test", ("warehouse_id", "W-1"));
        var answer = await _portal.Create(Portal.Contacts, """{"email":"b@ex.test","warehouse_id":"W-1"}""");
        Assert.Equal((400, "CONFLICTING_UNIQUE_VALUE"), (answer.Status, answer.Code));
        Assert.Contains("already has that value", answer.Message);
    }

    [Fact]
    public async Task Cleared_unique_value_is_free_again()
    {
        await _portal.Change($"{Portal.Contacts}/{_portal.Contact("a@ex.test", ("warehouse_id", "W-1"))}", """{"warehouse_id":""}""");
        Assert.Equal(201, (await _portal.Create(Portal.Contacts, """{"email":"b@ex.test","warehouse_id":"W-1"}""")).Status);
    }

    [Fact]
    public async Task Company_domain_is_not_unique_and_is_normalised()
    {
        var one = await _portal.Create(Portal.Companies, """{"domain":"https://WWW.Acme.test/about"}""");
        var two = await _portal.Create(Portal.Companies, """{"domain":"acme.test"}""");
        Assert.Equal((201, 201, "acme.test"), (one.Status, two.Status, one.Property("domain")));
        Assert.NotEqual(one.Id, two.Id);
    }

    [Fact]
    public async Task Refused_value_rule_binds_api_and_people()
    {
        _portal.Crm.RefuseValue("contacts", "firstname", "X1", "Enter only letters");
        var answer = await _portal.Create(Portal.ContactsV3, """{"firstname":"X1"}""");
        Assert.Equal((400, "INVALID_ALPHA", "Enter only letters"), (answer.Status, answer.Code, (string?)answer.Errors[0]!["message"]));
        var id = _portal.Contact("a@ex.test");
        Assert.Throws<HubSpotRefusedException>(() => _portal.Edit(id, "firstname", "X1"));
        var rules = await _portal.Get("/crm/property-validations/2026-09/0-1");
        Assert.Equal("firstname", (string?)rules.Results[0]!["propertyName"]);
    }

    [Theory]
    [InlineData(Portal.Contacts, 400)]
    [InlineData(Portal.ContactsV3, 201)]
    public async Task Required_on_create_binds_since_2026_09(string path, int status)
    {
        _portal.Crm.RequireOnCreate("contacts", "phone");
        Assert.Equal(status, (await _portal.Create(path, """{"email":"a@ex.test"}""")).Status);
    }

    [Theory]
    [InlineData(Portal.Contacts, 400)]
    [InlineData(Portal.ContactsV3, 200)]
    public async Task Conditional_rule_binds_since_2026_09(string path, int status)
    {
        _portal.Crm.RequireWhen("contacts", "zip", "country", "DE");
        var id = _portal.Contact("a@ex.test");
        var answer = await _portal.Change($"{path}/{id}", """{"country":"DE"}""");
        Assert.Equal(status, answer.Status);
        if (status == 400)
        {
            Assert.Equal("MISSING_CONDITIONAL_REQUIRED_PROPERTY", answer.Code);
            Assert.Equal(200, (await _portal.Change($"{path}/{id}", """{"country":"DE","zip":"53113"}""")).Status);
        }
    }
}
