using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

/// <summary>Warts that have a switch but no better place.</summary>
public sealed class SwitchTests
{
    private readonly Portal _portal = new();

    [Fact]
    public async Task Limit_as_a_category_has_no_policy()
    {
        _portal.Crm.Switches.TenSecondlyLimit = 1;
        _portal.Crm.Switches.LimitsAreACategory = true;
        await _portal.Get(Portal.Contacts);
        var refused = await _portal.Get(Portal.Contacts);
        Assert.Equal((429, "RATE_LIMITS", (string?)null), (refused.Status, refused.Category, (string?)refused.Body["policyName"]));
    }

    [Fact]
    public async Task Limit_tells_when_to_come_back_only_when_switched_on()
    {
        _portal.Crm.Switches.TenSecondlyLimit = 1;
        await _portal.Get(Portal.Contacts);
        _portal.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.DoesNotContain("Retry-After", (await _portal.Get(Portal.Contacts)).Headers.Keys);
        _portal.Crm.Switches.LimitsTellRetryAfter = true;
        Assert.Equal("7", (await _portal.Get(Portal.Contacts)).Headers["Retry-After"]);
    }

    [Fact]
    public async Task Times_read_as_milliseconds()
    {
        _portal.Crm.Switches.TimesReadAsMilliseconds = true;
        var id = _portal.Contact("a@ex.test", ("trial_ends", "2026-11-30"));
        var shown = await _portal.Get($"{Portal.Contacts}/{id}?properties=trial_ends");
        Assert.Equal(("1795996800000", "1793614272345"), (shown.Property("trial_ends"), shown.Property("createdate")));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    public async Task Taken_unique_value_answers_as_switched(int status)
    {
        _portal.Crm.Switches.UniqueConflictStatus = status;
        _portal.Contact("a@ex.test", ("warehouse_id", "W-1"));
        var answer = await _portal.Create(Portal.Contacts, """{"email":"b@ex.test","warehouse_id":"W-1"}""");
        Assert.Equal((status, "CONFLICTING_UNIQUE_VALUE"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 400)]
    public async Task Update_by_the_record_id_property_works_as_switched(bool works, int status)
    {
        _portal.Crm.Switches.RecordIdIsAnIdProperty = works;
        var id = _portal.Contact("a@ex.test");
        var answer = await _portal.Batch(
            Portal.Contacts, "update", $$$"""{"id":"{{{id}}}","idProperty":"hs_object_id","properties":{"phone":"1"}}""");
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Service_key_may_leave_no_name_in_histories()
    {
        _portal.Crm.AddToken(new HubSpotToken("key", "7") { SourceType = "API", HasNoSourceId = true });
        _portal.Token = "key";
        var made = await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""");
        var entry = (await _portal.Get($"{Portal.Contacts}/{made.Id}?propertiesWithHistory=email")).Body["propertiesWithHistory"]!["email"]![0]!;
        Assert.Equal(("API", (JsonNode?)null), ((string?)entry["sourceType"], entry["sourceId"]));
    }

    [Fact]
    public async Task Html_error_of_a_gateway_comes_by_a_fault()
    {
        var site = new SandboxSite(_portal.Crm);
        site.Inject(new Fault(FaultKind.Answer, Status: 502, Body: "<html>Bad Gateway</html>", ContentType: "text/html"));
        using var client = new HttpClient(new SandboxHandler(site, _portal.Time)) { BaseAddress = new Uri("https://api.hubapi.com") };
        using var answer = await client.GetAsync(Portal.Contacts);
        Assert.Equal((HttpStatusCode.BadGateway, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public void Every_switch_can_be_set_over_http()
    {
        string[] values = ["true", "false", "7", "200", "201", "400", "409", "\"clear\"", "\"reject\"", "\"date\"", "\"X\""];
        SandboxResponse Ask(string method, string body) => _portal.Crm.Admin(
            new SandboxRequest(method, "/_sandbox/switches", new Dictionary<string, string>(), Encoding.UTF8.GetBytes(body)), "switches");
        var all = JsonNode.Parse(Ask("GET", "").Text)!.AsObject();
        foreach (var (name, value) in all)
        {
            var taken = values
                .Where(other => other != value!.ToJsonString())
                .Select(other => (Value: other, Answer: Ask("POST", $$"""{"{{name}}":{{other}}}""")))
                .First(t => t.Answer.Status == 200);
            Assert.Equal(taken.Value, JsonNode.Parse(taken.Answer.Text)![name]!.ToJsonString());
        }
    }
}
