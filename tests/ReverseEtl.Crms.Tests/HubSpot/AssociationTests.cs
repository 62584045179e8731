using ReverseEtl.Crms.HubSpot;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Crms.Tests.HubSpot;

public sealed class AssociationTests : IAsyncDisposable
{
    private readonly Portal _portal = new();
    private readonly string _ann;
    private readonly string _acme;
    private readonly string _bolt;

    public AssociationTests()
    {
        _ann = _portal.Contact("ann@ex.test");
        _acme = Company("Acme");
        _bolt = Company("Bolt");
    }

    private ICrmAssociations Links => _portal.Crm.Associations;

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData("2026-09")]
    [InlineData("2026-03")]
    [InlineData("v3")]
    public async Task Links_are_made_read_and_ended_in_every_version(string version)
    {
        await using var portal = new Portal(version);
        var ann = portal.Contact("ann@ex.test");
        var acme = portal.Account.CreateAsUser("companies", new Dictionary<string, string?> { ["name"] = "Acme" });
        var links = portal.Crm.Associations;
        await Write(links, Label(ann, acme, "Primary"));
        Assert.True(Assert.Single((await links.ReadAsync("contacts", "companies", [ann], default))[ann]).IsPrimary);
        await Write(links, Unlabel(ann, acme, "Primary"));
        Assert.False(Assert.Single((await links.ReadAsync("contacts", "companies", [ann], default))[ann]).IsPrimary);
        await Write(links, Unlink(ann, acme));
        Assert.Empty((await links.ReadAsync("contacts", "companies", [ann], default))[ann]);
    }

    [Fact]
    public async Task Kinds_are_told_by_the_labels_that_people_see()
    {
        var kinds = await Links.DescribeAsync("contacts", "companies", default);
        Assert.Equal([new LinkKind("", false), new LinkKind("Primary", true)], kinds.OrderBy(k => k.Name));
        Assert.Equal([new LinkKind("", false)], await Links.DescribeAsync("contacts", "deals", default));
    }

    [Fact]
    public async Task Record_without_links_is_normal_and_has_none()
    {
        var bea = _portal.Contact("bea@ex.test");
        _portal.Account.AssociateAsUser("contacts", _ann, "companies", _acme);
        var links = await Links.ReadAsync("contacts", "companies", [_ann, bea, "99"], default);
        Assert.Equal([_acme], links[_ann].Select(l => l.ToId));
        Assert.Empty(links[bea]);
        Assert.Empty(links["99"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ids_of_linked_records_are_read_as_numbers_and_as_texts(bool number)
    {
        _portal.Account.Switches.ToObjectIdAsNumber = number;
        await WriteAsync(Link(_ann, _acme));
        Assert.Equal([_acme], (await Read()).Select(l => l.ToId));
    }

    [Fact]
    public async Task Primary_company_is_told_apart_from_plain_ones_wherever_it_stands()
    {
        _portal.Account.AssociateAsUser("contacts", _ann, "companies", _acme);
        _portal.Account.AssociateAsUser("contacts", _ann, "companies", _bolt, "Primary");
        var links = await Read();
        Assert.Equal([(_acme, false), (_bolt, true)], links.Select(l => (l.ToId, l.IsPrimary)));
    }

    [Fact]
    public async Task Plain_link_leaves_labels_alone_and_a_label_replaces_them()
    {
        _portal.Account.AssociateAsUser("contacts", _ann, "companies", _bolt);
        await WriteAsync(Label(_ann, _acme, "Primary"));
        await WriteAsync(Link(_ann, _acme));
        Assert.True((await Read()).Single(l => l.ToId == _acme).IsPrimary);
        await WriteAsync(Label(_ann, _acme));
        Assert.False((await Read()).Single(l => l.ToId == _acme).IsPrimary);
    }

    [Fact]
    public async Task Long_lists_are_read_to_their_end()
    {
        _portal.Account.Switches.AssociationPage = 2;
        var companies = Enumerable.Range(0, 5).Select(i => Company($"C{i}")).ToArray();
        await WriteAsync([.. companies.Select(c => Link(_ann, c))]);
        Assert.Equal(companies.Order(), (await Read()).Select(l => l.ToId).Order());
    }

    [Fact]
    public async Task Many_links_cost_few_requests_and_keep_their_order()
    {
        var contacts = Enumerable.Range(0, 1_200).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        var before = _portal.Crm.Calls;
        var results = await WriteAsync([.. contacts.Select(c => Link(c, _acme))]);
        Assert.Equal(contacts, results.Select(r => r.Id!));
        Assert.All(results, r => Assert.Equal(WriteOutcome.Confirmed, r.Outcome));
        Assert.Equal(2, _portal.Crm.Calls - before);
        before = _portal.Crm.Calls;
        await WriteAsync([.. contacts.Take(150).Select(c => Unlink(c, _acme))]);
        Assert.Equal(2, _portal.Crm.Calls - before);
        Assert.Equal(1_050, _portal.Account.Associated("companies", _acme, "contacts").Count);
    }

    [Fact]
    public async Task Missing_records_fail_alone_and_a_merged_one_names_its_survivor()
    {
        var (bea, cid) = (_portal.Contact("bea@ex.test"), _portal.Contact("cid@ex.test"));
        var survivor = _portal.Account.MergeAsUser("contacts", bea, cid);
        var results = await WriteAsync(
            Link(_ann, _acme), Link("99", _acme),
            Link(bea, _acme), Link(_ann, "98"));
        Assert.Equal(
            [(WriteOutcome.Confirmed, _ann), (WriteOutcome.Missing, "99"), (WriteOutcome.Missing, survivor), (WriteOutcome.Missing, _ann)],
            results.Select(r => (r.Outcome, r.Id!)));
    }

    [Fact]
    public async Task Unknown_label_is_rejected_before_anything_is_sent()
    {
        var results = await WriteAsync(
            Label(_ann, _acme, "Boss"), Label(_ann, _bolt, "Primary"));
        Assert.Equal(("schema", "UNKNOWN_LABEL"), (results[0].Error!.Class, results[0].Error!.Code));
        Assert.Equal([_bolt], _portal.Account.Associated("contacts", _ann, "companies").Keys);
    }

    [Fact]
    public async Task Label_made_since_is_known_when_it_is_used()
    {
        await WriteAsync(Label(_ann, _acme, "Primary"));
        using var admin = new HttpClient(new SandboxHandler(_portal.Site, _portal.Time)) { BaseAddress = new Uri("https://api.hubapi.com") };
        admin.DefaultRequestHeaders.Authorization = new("Bearer", Sandbox.HubSpot.HubSpotOptions.DefaultToken);
        using var made = await admin.PostAsync(
            "crm/associations/2026-09/contacts/companies/labels", new StringContent("""{"name":"boss","label":"Boss"}"""));
        Assert.True(made.IsSuccessStatusCode);
        Assert.Equal(WriteOutcome.Confirmed, (await WriteAsync(Label(_ann, _acme, "Boss")))[0].Outcome);
        Assert.Contains("Boss", (await Read())[0].Kinds.Select(k => k.Name));
    }

    [Fact]
    public async Task Lost_answer_is_repeated_since_it_does_no_harm()
    {
        _portal.Site.Inject(new Fault(FaultKind.ResetAfter, PathContains: "associate/default"));
        var writing = WriteAsync(Link(_ann, _acme));
        while (!writing.IsCompleted)
        {
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(WriteOutcome.Confirmed, (await writing)[0].Outcome);
        Assert.Equal([_acme], (await Read()).Select(l => l.ToId));
    }

    [Fact]
    public async Task Link_whose_time_is_over_never_leaves()
    {
        var batch = new CrmLinkBatch(
            "contacts", "companies", [Link(_ann, _acme)], _portal.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.Equal(WriteOutcome.Moved, (await Links.WriteAsync(batch, default))[0].Outcome);
        Assert.Empty(_portal.Account.Associated("contacts", _ann, "companies"));
    }

    [Fact]
    public async Task Types_that_cannot_be_linked_are_a_matter_of_the_mapping()
    {
        var type = _portal.Account.AddSchema("""{"name":"car","labels":{},"primaryDisplayProperty":"hs_object_id"}""");
        Assert.Empty(await Links.DescribeAsync("contacts", type, default));
        var results = await Links.WriteAsync(
            new CrmLinkBatch("contacts", type, [Link(_ann, "5")], DateTimeOffset.MaxValue), default);
        Assert.Equal(WriteOutcome.Rejected, results[0].Outcome);
    }

    private static CrmLinkWrite Link(string from, string to) => new(CrmLinkWriteKind.Link, from, to, []);

    private static CrmLinkWrite Label(string from, string to, params string[] labels) => new(CrmLinkWriteKind.Label, from, to, labels);

    private static CrmLinkWrite Unlabel(string from, string to, params string[] labels) => new(CrmLinkWriteKind.Unlabel, from, to, labels);

    private static CrmLinkWrite Unlink(string from, string to) => new(CrmLinkWriteKind.Unlink, from, to, []);

    private string Company(string name) =>
        _portal.Account.CreateAsUser("companies", new Dictionary<string, string?> { ["name"] = name });

    private async Task<IReadOnlyList<CrmLink>> Read() => (await Links.ReadAsync("contacts", "companies", [_ann], default))[_ann];

    private Task<IReadOnlyList<CrmWriteResult>> WriteAsync(params CrmLinkWrite[] writes) => Write(Links, writes);

    private static Task<IReadOnlyList<CrmWriteResult>> Write(ICrmAssociations links, params CrmLinkWrite[] writes) =>
        links.WriteAsync(new CrmLinkBatch("contacts", "companies", writes, DateTimeOffset.MaxValue), default);
}
