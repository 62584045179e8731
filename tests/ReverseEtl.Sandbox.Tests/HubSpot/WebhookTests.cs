using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Sandbox.Tests.HubSpot;

public sealed class WebhookTests
{
    private const string Url = "https://retl.example.com/webhooks/hubspot?connection=main";
    private static readonly string App = HubSpotApp.Default.AppId;
    private readonly Portal _portal = new();

    [Fact]
    public void Nothing_is_sent_before_somebody_subscribes()
    {
        _portal.Contact("a@ex.test");
        Assert.Empty(_portal.Crm.TakeWebhooks());
    }

    [Fact]
    public void Event_has_the_members_of_the_captures()
    {
        _portal.Crm.Subscribe(App, Url, "contact.propertyChange:jobtitle");
        var id = _portal.Contact("a@ex.test");
        _portal.Edit(id, "jobtitle", "CTO");
        _portal.Edit(id, "phone", "1");
        var one = Assert.Single(Events())!;
        Assert.Equal(
            ("contact.propertyChange", long.Parse(id, CultureInfo.InvariantCulture), "jobtitle", "CTO", "CRM_UI", "userId:28604240", 0, 4242L),
            ((string?)one["subscriptionType"], (long)one["objectId"]!, (string?)one["propertyName"], (string?)one["propertyValue"],
                (string?)one["changeSource"], (string?)one["sourceId"], (int)one["attemptNumber"]!, (long)one["portalId"]!));
        Assert.Equal(_portal.Time.GetUtcNow().ToUnixTimeMilliseconds(), (long)one["occurredAt"]!);
        Assert.Null(one["objectTypeId"]);
    }

    [Fact]
    public async Task Every_kind_of_change_is_told()
    {
        _portal.Crm.Subscribe(
            App, Url, "contact.creation", "contact.deletion", "contact.restore", "contact.merge", "contact.privacyDeletion",
            "contact.associationChange");
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        Assert.Equal(["contact.creation", "contact.creation"], Kinds());
        _portal.Crm.ArchiveAsUser("contacts", ann);
        _portal.Crm.Restore("contacts", ann);
        Assert.Equal(["contact.deletion", "contact.restore"], Kinds());
        _portal.Crm.AssociateAsUser("contacts", ann, "companies", _portal.Company("Acme"));
        Assert.Equal(["contact.associationChange", "contact.associationChange"], Kinds());
        _portal.Crm.DissociateAsUser("contacts", ann, "companies", _portal.Crm.Associated("contacts", ann, "companies").Keys.Single());
        Kinds();
        var survivor = _portal.Crm.MergeAsUser("contacts", ann, bea);
        Assert.Equal(["contact.deletion", "contact.deletion", "contact.merge"], Kinds());
        await _portal.Post($"{Portal.Contacts}/gdpr-delete", $$"""{"objectId":"{{survivor}}"}""");
        Assert.Equal(["contact.deletion", "contact.privacyDeletion"], Kinds());
    }

    [Fact]
    public void Merge_names_the_three_records_and_its_deletions_are_switched()
    {
        _portal.Crm.Switches.MergeSendsDeletions = false;
        _portal.Crm.Subscribe(App, Url, "contact.merge", "contact.deletion");
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        var survivor = _portal.Crm.MergeAsUser("contacts", ann, bea);
        var one = Assert.Single(Events())!;
        Assert.Equal(
            (survivor, ann, $"[{bea}]"),
            (one["newObjectId"]!.ToString(), one["primaryObjectId"]!.ToString(), one["mergedObjectIds"]!.ToJsonString()));
    }

    [Fact]
    public void Primary_company_makes_two_events_and_one_says_so()
    {
        _portal.Crm.Subscribe(App, Url, "contact.associationChange");
        _portal.Crm.AssociateAsUser("contacts", _portal.Contact("a@ex.test"), "companies", _portal.Company("Acme"), "Primary");
        Assert.Equal([false, true], Events().Select(e => (bool)e!["isPrimaryAssociation"]!).Order());
    }

    [Fact]
    public void Custom_objects_are_told_as_objects_with_their_type()
    {
        var type = _portal.Crm.AddSchema(
            """{"name":"car","labels":{},"primaryDisplayProperty":"plate","properties":[{"name":"plate","label":"P","type":"string","fieldType":"text"}]}""");
        _portal.Crm.Subscribe(App, Url, $"object.creation:{type}", $"object.propertyChange:{type}:plate", "object.creation:0-2");
        _portal.Crm.CreateAsUser(type, new Dictionary<string, string?> { ["plate"] = "B-1" });
        var events = Events();
        Assert.Equal(["object.creation", "object.propertyChange"], events.Select(e => (string?)e!["subscriptionType"]).Order());
        Assert.All(events, e => Assert.Equal(type, (string?)e!["objectTypeId"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_by_an_app_names_it_only_as_switched(bool names)
    {
        _portal.Crm.Switches.WebhooksNameTheApp = names;
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        await _portal.Create(Portal.Contacts, """{"email":"a@ex.test"}""");
        var one = Assert.Single(Events())!;
        Assert.Equal(("INTEGRATION", names ? App : null), ((string?)one["changeSource"], (string?)one["sourceId"]));
    }

    [Fact]
    public void Delivery_is_signed_with_the_apps_secret_over_the_decoded_address()
    {
        _portal.Crm.Subscribe(App, "https://retl.example.com/hook?a=%3Ab%20c", "contact.creation");
        _portal.Contact("a@ex.test");
        var delivery = Assert.Single(_portal.Crm.TakeWebhooks());
        var timestamp = delivery.Headers["X-HubSpot-Request-Timestamp"];
        var text = "POSThttps://retl.example.com/hook?a=:b%20c" + delivery.Body + timestamp;
        var key = Encoding.UTF8.GetBytes(HubSpotApp.Default.ClientSecret);
        Assert.Equal(Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))), delivery.Headers["X-HubSpot-Signature-v3"]);
        Assert.Equal(_portal.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), timestamp);
    }

    [Fact]
    public void Signature_is_that_of_the_official_example()
    {
        const string body = """[{"eventId":531833541,"subscriptionId":3923621,"portalId":48807704,"appId":16111050,"occurredAt":1752613920733,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":138017612137,"changeFlag":"CREATED","changeSource":"CRM_UI","sourceId":"userId:76023669"}]""";
        Assert.Equal("gbj1XPRvUt0noT7i7fXfTzOD4sLzQmf0VT28ZYq0EYg=", HubSpotSandbox.SignWebhook(
            "cfc68c0b-4b4e-4ef8-b764-95350e4ea479", "https://webhook.site/335453f5-94b3-49d9-b684-a55354d4b8df", body,
            DateTimeOffset.FromUnixTimeMilliseconds(1752613922216)));
    }

    [Fact]
    public void Failed_delivery_comes_again_with_a_higher_attempt_and_a_fresh_signature()
    {
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        var first = Assert.Single(_portal.Crm.TakeWebhooks());
        Assert.Empty(_portal.Crm.TakeWebhooks());
        _portal.Crm.ReportWebhook(first.Id, 500);
        _portal.Time.Advance(TimeSpan.FromMinutes(1));
        var second = Assert.Single(_portal.Crm.TakeWebhooks());
        Assert.Equal(1, (int)JsonNode.Parse(second.Body)![0]!["attemptNumber"]!);
        Assert.NotEqual(first.Headers["X-HubSpot-Request-Timestamp"], second.Headers["X-HubSpot-Request-Timestamp"]);
        _portal.Crm.ReportWebhook(second.Id, 200);
        _portal.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(_portal.Crm.TakeWebhooks());
    }

    [Fact]
    public void Delivery_is_given_up_after_ten_repeats_within_a_day()
    {
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        var start = _portal.Time.GetUtcNow();
        var sent = 0;
        while (_portal.Crm.LostWebhooks == 0)
        {
            foreach (var delivery in _portal.Crm.TakeWebhooks())
            {
                sent++;
                _portal.Crm.ReportWebhook(delivery.Id, null);
            }

            _portal.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(11, sent);
        Assert.InRange(_portal.Time.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromDays(1));
    }

    [Fact]
    public void Events_are_batched_and_no_more_calls_than_allowed_are_under_way()
    {
        _portal.Crm.Switches.WebhookBatch = 2;
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        for (var i = 0; i < 30; i++)
        {
            _portal.Contact($"c{i}@ex.test");
        }

        var first = _portal.Crm.TakeWebhooks();
        Assert.Equal(10, first.Count);
        Assert.All(first, d => Assert.Equal(2, JsonNode.Parse(d.Body)!.AsArray().Count));
        first.ToList().ForEach(d => _portal.Crm.ReportWebhook(d.Id, 200));
        Assert.Equal(5, _portal.Crm.TakeWebhooks().Count);
    }

    [Fact]
    public void Duplicates_and_disorder_come_as_switched()
    {
        _portal.Crm.Switches.WebhookDuplicateEvery = 2;
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        var ids = Enumerable.Range(0, 20).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        var told = Events().Select(e => e!["objectId"]!.ToString()).ToArray();
        Assert.Equal(30, told.Length);
        Assert.Equal(ids, told.Distinct().Order());
        Assert.NotEqual(told.Order(), told);
    }

    [Fact]
    public void Webhook_waits_for_its_delay()
    {
        _portal.Crm.Switches.WebhookDelaySeconds = 30;
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        Assert.Empty(_portal.Crm.TakeWebhooks());
        _portal.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(_portal.Crm.TakeWebhooks());
    }

    [Fact]
    public void Forged_calls_differ_from_true_ones_where_they_should()
    {
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        string? Signed(HubSpotDelivery d) => d.Headers.GetValueOrDefault("X-HubSpot-Signature-v3");
        string Right(HubSpotDelivery d) => HubSpotSandbox.SignWebhook(HubSpotApp.Default.ClientSecret, d.Url, d.Body,
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(d.Headers["X-HubSpot-Request-Timestamp"], CultureInfo.InvariantCulture)));
        var (wrong, old, changed, bare) = (Forge(HubSpotForgery.WrongSecret), Forge(HubSpotForgery.OldTimestamp),
            Forge(HubSpotForgery.ChangedBody), Forge(HubSpotForgery.NoSignature));
        Assert.NotEqual(Right(wrong), Signed(wrong));
        Assert.Equal(Right(old), Signed(old));
        Assert.NotEqual(Right(changed), Signed(changed));
        Assert.Null(Signed(bare));
        Assert.Empty(_portal.Crm.TakeWebhooks());
    }

    [Theory]
    [InlineData("/app-webhooks/2026-09")]
    [InlineData("/webhooks/2026-03")]
    [InlineData("/webhooks/v3")]
    public async Task App_configures_its_own_webhooks(string root)
    {
        Assert.Equal(404, (await _portal.Get($"{root}/{App}/settings")).Status);
        await _portal.Put($"{root}/{App}/settings", """{"targetUrl":"https://ex.test/hook","throttling":{"maxConcurrentRequests":3}}""");
        Assert.Equal(3, (int)(await _portal.Get($"{root}/{App}/settings")).Body["throttling"]!["maxConcurrentRequests"]!);
        var made = await _portal.Post($"{root}/{App}/subscriptions", """{"eventType":"contact.propertyChange","propertyName":"phone","active":false}""");
        Assert.Equal(201, made.Status);
        var id = _portal.Contact("a@ex.test");
        _portal.Edit(id, "phone", "1");
        Assert.Empty(_portal.Crm.TakeWebhooks());
        Assert.True((bool)(await _portal.Patch($"{root}/{App}/subscriptions/{made.Id}", """{"active":true}""")).Body["active"]!);
        _portal.Edit(id, "phone", "2");
        Assert.Single(_portal.Crm.TakeWebhooks());
        Assert.Equal(204, (await _portal.Delete($"{root}/{App}/subscriptions/{made.Id}")).Status);
        Assert.Empty((await _portal.Get($"{root}/{App}/subscriptions")).Results);
        Assert.Equal(403, (await _portal.Get($"{root}/99/settings")).Status);
    }

    [Theory]
    [InlineData("http://ex.test/hook")]
    [InlineData("/hook")]
    [InlineData("file:///hook")]
    public async Task Address_that_cannot_be_called_is_refused(string url)
    {
        Assert.Equal(400, (await _portal.Put($"/app-webhooks/2026-09/{App}/settings", $$"""{"targetUrl":"{{url}}"}""")).Status);
        Assert.Throws<HubSpotRefusedException>(() => _portal.Crm.Subscribe(App, url));
    }

    [Theory]
    [InlineData("""{"eventType":"contact.everything"}""")]
    [InlineData("""{"eventType":"contact.propertyChange"}""")]
    [InlineData("""{"eventType":"contact.propertyChange","propertyName":"hs_lastmodifieddate"}""")]
    [InlineData("""{"eventType":"object.creation"}""")]
    [InlineData("""{"eventType":"product.associationChange"}""")]
    public async Task Impossible_subscription_is_refused(string body) =>
        Assert.Equal(400, (await _portal.Post($"/app-webhooks/2026-09/{App}/subscriptions", body)).Status);

    [Fact]
    public async Task Sender_posts_what_is_signed_and_reports_the_outcome()
    {
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        var receiver = new Receiver(HttpStatusCode.InternalServerError, HttpStatusCode.OK);
        using var client = new HttpClient(receiver);
        var sender = new WebhookSender(new SandboxSite(_portal.Crm), client, _portal.Time);
        Assert.Equal(1, await sender.SendDueAsync(CancellationToken.None));
        _portal.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await sender.SendDueAsync(CancellationToken.None));
        _portal.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await sender.SendDueAsync(CancellationToken.None));
        Assert.Equal(2, receiver.Calls.Count);
        Assert.All(receiver.Calls, c => Assert.Equal(c.Signature, HubSpotSandbox.SignWebhook(
            HubSpotApp.Default.ClientSecret, Url, c.Body, DateTimeOffset.FromUnixTimeMilliseconds(c.Timestamp))));
    }

    [Fact]
    public void Custom_object_is_not_taken_for_the_standard_one_of_its_name()
    {
        var type = _portal.Crm.AddSchema("""
            {"name":"contact","labels":{"singular":"C","plural":"Cs"},"primaryDisplayProperty":"p",
             "properties":[{"name":"p","label":"P","type":"string","fieldType":"text"}]}
            """);
        _portal.Crm.Subscribe(App, Url, "contact.creation", $"object.creation:{type}", "object.creation:2-9");
        _portal.Crm.CreateAsUser(type, new Dictionary<string, string?> { ["p"] = "x" });
        Assert.Equal(["object.creation"], Kinds());
        _portal.Contact("a@ex.test");
        Assert.Equal(["contact.creation"], Kinds());
    }

    [Fact]
    public async Task Silenced_app_is_told_nothing_more_and_the_sender_goes_on()
    {
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        var first = Assert.Single(_portal.Crm.TakeWebhooks());
        _portal.Contact("b@ex.test");
        Assert.Equal(204, (await _portal.Delete($"/app-webhooks/2026-09/{App}/settings")).Status);
        _portal.Crm.ReportWebhook(first.Id, 500);
        _portal.Time.Advance(TimeSpan.FromHours(1));
        using var client = new HttpClient(new Receiver());
        Assert.Equal(0, await new WebhookSender(new SandboxSite(_portal.Crm), client, _portal.Time).SendDueAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task No_call_at_a_time_is_refused(int calls) => Assert.Equal(400, (await _portal.Put(
        $"/app-webhooks/2026-09/{App}/settings",
        $$$"""{"targetUrl":"https://ex.test/hook","throttling":{"maxConcurrentRequests":{{{calls}}}}}""")).Status);

    [Theory]
    [InlineData(false, "subscriptionType", "CREATED")]
    [InlineData(true, "eventType", "NEW")]
    public void Event_speaks_the_newer_or_the_older_words_as_switched(bool older, string member, string flag)
    {
        _portal.Crm.Switches.WebhooksSayEventType = older;
        _portal.Crm.Switches.WebhooksSayNew = older;
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        var told = Events()[0]!;
        Assert.Equal(("contact.creation", flag), ((string?)told[member], (string?)told["changeFlag"]));
    }

    [Fact]
    public async Task Sender_counts_a_dead_address_as_a_failure()
    {
        _portal.Crm.Subscribe(App, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        using var client = new HttpClient(new Receiver());
        var sender = new WebhookSender(new SandboxSite(_portal.Crm), client, _portal.Time);
        await sender.SendDueAsync(CancellationToken.None);
        _portal.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await sender.SendDueAsync(CancellationToken.None));
    }

    private HubSpotDelivery Forge(HubSpotForgery kind) => _portal.Crm.ForgeWebhook(kind, App, """[{"objectId":1}]""");

    private JsonArray Events()
    {
        var all = new JsonArray();
        foreach (var delivery in _portal.Crm.TakeWebhooks())
        {
            foreach (var one in JsonNode.Parse(delivery.Body)!.AsArray())
            {
                all.Add(one!.DeepClone());
            }

            _portal.Crm.ReportWebhook(delivery.Id, 200);
        }

        return all;
    }

    private string[] Kinds() => [.. Events().Select(e => (string)e!["subscriptionType"]!).Order()];

    /// <summary>Answers with the given statuses in turn; without any the connection fails.</summary>
    private sealed class Receiver(params HttpStatusCode[] statuses) : HttpMessageHandler
    {
        public List<(string Body, string? Signature, long Timestamp)> Calls { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Calls.Count >= statuses.Length)
            {
                throw new HttpRequestException("Nobody listens.");
            }

            var answer = new HttpResponseMessage(statuses[Calls.Count]);
            Calls.Add((
                await request.Content!.ReadAsStringAsync(cancellationToken),
                request.Headers.GetValues("X-HubSpot-Signature-v3").Single(),
                long.Parse(request.Headers.GetValues("X-HubSpot-Request-Timestamp").Single(), CultureInfo.InvariantCulture)));
            return answer;
        }
    }
}
