using System.Text;
using ReverseEtl.Crms.HubSpot.Webhooks;
using ReverseEtl.Sandbox.HubSpot;

namespace ReverseEtl.Crms.Tests.HubSpot;

public sealed class WebhookTests : IAsyncDisposable
{
    private const string Url = "https://retl.example.com/webhooks/hubspot/main?x=a%20b%2Fc";
    private static readonly HubSpotApp App = HubSpotApp.Default;
    private readonly Portal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public void Official_example_is_genuine_for_five_minutes()
    {
        const string secret = "cfc68c0b-4b4e-4ef8-b764-95350e4ea479";
        const string url = "https://webhook.site/335453f5-94b3-49d9-b684-a55354d4b8df";
        const string body = """[{"eventId":531833541,"subscriptionId":3923621,"portalId":48807704,"appId":16111050,"occurredAt":1752613920733,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":138017612137,"changeFlag":"CREATED","changeSource":"CRM_UI","sourceId":"userId:76023669"}]""";
        const string signature = "gbj1XPRvUt0noT7i7fXfTzOD4sLzQmf0VT28ZYq0EYg=";
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1752613922216);
        SignatureVerdict Check(TimeSpan later, string text = body, string verb = "POST") => HubSpotSignature.Check(
            secret, verb, url, Encoding.UTF8.GetBytes(text), "1752613922216", signature, at + later);
        Assert.Equal(SignatureVerdict.Genuine, Check(TimeSpan.FromMinutes(5)));
        Assert.Equal(SignatureVerdict.Genuine, Check(-TimeSpan.FromMinutes(5)));
        Assert.Equal(SignatureVerdict.Stale, Check(TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(1)));
        Assert.Equal(SignatureVerdict.Stale, Check(-TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(SignatureVerdict.Forged, Check(TimeSpan.Zero, body.Replace("CRM_UI", "CRM_UX", StringComparison.Ordinal)));
        Assert.Equal(SignatureVerdict.Forged, Check(TimeSpan.Zero, verb: "PUT"));
    }

    [Theory]
    [InlineData("%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B", ":/?@!$'()*,;")]
    [InlineData("%3a%2f", ":/")]
    [InlineData("%20%25%23%26%2B%3D%5B%7E", "%20%25%23%26%2B%3D%5B%7E")]
    [InlineData("%252F", "%252F")]
    public void Address_is_signed_with_the_listed_escapes_undone_and_no_others(string escaped, string signed)
    {
        const string start = "https://retl.example.com/webhooks/hubspot?x=";
        var key = Encoding.UTF8.GetBytes("secret");
        var signature = Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"POST{start}{signed}[]1752613922216")));
        Assert.Equal(SignatureVerdict.Genuine, HubSpotSignature.Check(
            "secret", "POST", start + escaped, "[]"u8, "1752613922216", signature, DateTimeOffset.FromUnixTimeMilliseconds(1752613922216)));
    }

    [Fact]
    public void Signature_of_version_one_is_none_even_where_it_is_right()
    {
        const string body = """[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]""";
        Assert.Equal(SignatureVerdict.Forged, HubSpotSignature.Check(
            "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy", "POST", Url, Encoding.UTF8.GetBytes(body), "1564113600000",
            "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de", DateTimeOffset.FromUnixTimeMilliseconds(1564113600000)));
    }

    [Fact]
    public void True_delivery_is_genuine_and_forged_ones_are_not()
    {
        _portal.Account.Subscribe(App.AppId, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        Assert.Equal(SignatureVerdict.Genuine, Check(Assert.Single(_portal.Account.TakeWebhooks())));
        HubSpotDelivery Forged(HubSpotForgery kind) => _portal.Account.ForgeWebhook(kind, App.AppId, """[{"objectId":1}]""");
        Assert.Equal(SignatureVerdict.Forged, Check(Forged(HubSpotForgery.WrongSecret)));
        Assert.Equal(SignatureVerdict.Forged, Check(Forged(HubSpotForgery.ChangedBody)));
        Assert.Equal(SignatureVerdict.Stale, Check(Forged(HubSpotForgery.OldTimestamp)));
        Assert.Equal(SignatureVerdict.Unsigned, Check(Forged(HubSpotForgery.NoSignature)));
    }

    [Fact]
    public void Replayed_delivery_is_stale_after_five_minutes()
    {
        _portal.Account.Subscribe(App.AppId, Url, "contact.creation");
        _portal.Contact("a@ex.test");
        var delivery = Assert.Single(_portal.Account.TakeWebhooks());
        _portal.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(SignatureVerdict.Stale, Check(delivery));
    }

    [Theory]
    [InlineData("", "1", "x")]
    [InlineData("secret", null, "x")]
    [InlineData("secret", "soon", "x")]
    [InlineData("secret", "-5", "x")]
    [InlineData("secret", "1", null)]
    public void What_cannot_be_checked_is_unsigned(string secret, string? timestamp, string? signature) => Assert.Equal(
        SignatureVerdict.Unsigned, HubSpotSignature.Check(secret, "POST", Url, [], timestamp, signature, _portal.Time.GetUtcNow()));

    [Theory]
    [InlineData("no base64!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Signature_of_another_form_is_forged(string signature) => Assert.Equal(
        SignatureVerdict.Forged, HubSpotSignature.Check("secret", "POST", Url, [], "99999999999999999", signature, _portal.Time.GetUtcNow()));

    [Fact]
    public void Every_kind_of_event_names_its_records_once()
    {
        _portal.Account.Switches.WebhookDuplicateEvery = 1;
        var (ann, bea) = (_portal.Contact("ann@ex.test"), _portal.Contact("bea@ex.test"));
        var acme = _portal.Account.CreateAsUser("companies", new Dictionary<string, string?> { ["name"] = "Acme" });
        var type = _portal.Account.AddSchema("""{"name":"car","labels":{},"primaryDisplayProperty":"hs_object_id"}""");
        _portal.Account.Subscribe(
            App.AppId, Url, "contact.propertyChange:phone", "contact.merge", "contact.associationChange", $"object.creation:{type}");
        _portal.Edit(ann, "phone", "1");
        _portal.Edit(ann, "phone", "2");
        Assert.Equal([new DirtyRecord("0-1", ann)], Dirty());
        _portal.Account.AssociateAsUser("contacts", ann, "companies", acme);
        Assert.Equal([new DirtyRecord("0-1", ann), new DirtyRecord("0-2", acme)], Dirty());
        var car = _portal.Account.CreateAsUser(type, new Dictionary<string, string?>());
        Assert.Equal([new DirtyRecord(type, car)], Dirty());
        _portal.Account.DissociateAsUser("contacts", ann, "companies", acme);
        Dirty();
        var survivor = _portal.Account.MergeAsUser("contacts", ann, bea);
        Assert.Equal(
            new[] { ann, bea, survivor }.Order(), Dirty().Select(d => d.Id).Order());
    }

    [Fact]
    public void Events_of_another_account_and_unknown_kinds_are_passed_over()
    {
        const string body = """
            [{"eventType":"contact.creation","portalId":1,"objectId":5},{"eventType":"contact.creation","portalId":2,"objectId":"6"},
             {"subscriptionType":"conversation.creation","portalId":2,"objectId":7},{"subscriptionType":"contact.deletion","portalId":2},null,{}]
            """;
        Assert.Equal([new DirtyRecord("0-1", "6")], HubSpotEvents.Parse(body, "2"));
        Assert.Equal(["5", "6"], HubSpotEvents.Parse(body)!.Select(d => d.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("""{"objectId":1}""")]
    [InlineData("""[{"objectId":1]""")]
    public void Body_that_is_no_list_of_events_is_none(string body) => Assert.Null(HubSpotEvents.Parse(body));

    private List<DirtyRecord> Dirty()
    {
        var all = new List<DirtyRecord>();
        foreach (var delivery in _portal.Account.TakeWebhooks())
        {
            all.AddRange(HubSpotEvents.Parse(delivery.Body, "4242")!);
            _portal.Account.ReportWebhook(delivery.Id, 200);
        }

        return [.. all.Distinct().OrderBy(d => d.ObjectType).ThenBy(d => d.Id)];
    }

    private SignatureVerdict Check(HubSpotDelivery delivery) => HubSpotSignature.Check(
        App.ClientSecret, "POST", delivery.Url, Encoding.UTF8.GetBytes(delivery.Body),
        delivery.Headers.GetValueOrDefault(HubSpotSignature.TimestampHeader), delivery.Headers.GetValueOrDefault(HubSpotSignature.SignatureHeader),
        _portal.Time.GetUtcNow());
}
