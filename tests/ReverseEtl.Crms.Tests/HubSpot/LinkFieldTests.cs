using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>Associations in the shape of fields, as the engine reads and writes them.</summary>
public sealed class LinkFieldTests : IAsyncDisposable
{
    private const string Plain = "associations.companies.default";
    private const string First = "associations.companies.primary";
    private const string Boss = "associations.companies.Boss";

    private readonly Portal _portal = new();
    private readonly string _ann;
    private readonly string _acme;
    private readonly string _bolt;
    private readonly string _cube;

    public LinkFieldTests()
    {
        _ann = _portal.Contact("ann@ex.test", (Portal.Key, "P-1"));
        (_acme, _bolt, _cube) = (Company("Acme"), Company("Bolt"), Company("Cube"));
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData(Plain, true)]
    [InlineData(First, true)]
    [InlineData(Boss, false)]
    [InlineData("associations.deals.primary", false)]
    [InlineData("associations.nosuchobject.default", false)]
    [InlineData("account.email", false)]
    public async Task Path_is_a_field_where_such_links_can_be(string path, bool isThere)
    {
        var field = await _portal.Crm.DescribePathAsync("contacts", path, default);
        Assert.Equal(isThere, field is { Type.Kind: FieldKind.MultiPicklist, Updateable: true, ReferenceTo: ["companies"] });
        Assert.Equal(isThere, field is not null);
    }

    [Fact]
    public async Task Links_come_with_records_however_they_are_read()
    {
        Associate(_acme);
        Associate(_bolt, "Primary");
        var bea = _portal.Contact("bea@ex.test");
        _portal.LetIndexCatchUp();
        var read = await ReadingAsync(Plain, First);
        FieldValue[] expected = [FieldValue.Of("ann@ex.test"), FieldValue.Of(Ids(_acme, _bolt)), FieldValue.Of(_bolt)];

        var byId = await _portal.Crm.ReadAsync(read, [_ann, bea], default);
        Assert.Equal(expected, byId[_ann].Values);
        Assert.Equal([FieldValue.Of("bea@ex.test"), FieldValue.Null, FieldValue.Null], byId[bea].Values);
        Assert.Equal(expected, (await _portal.Crm.FindByKeyAsync(read, ["P-1"], default))["P-1"].Single().Values);
        Assert.Equal(expected, (await _portal.Changes(read, null)).Single(change => change.Id == _ann).Record!.Values);
    }

    [Fact]
    public async Task New_primary_company_takes_the_place_of_the_one_that_was_ours()
    {
        Associate(_acme, "Primary");
        Associate(_cube);
        var result = await WriteAsync(new CrmFieldWrite(First, FieldValue.Of(_bolt)) { Replaces = FieldValue.Of(_acme) });
        Assert.Equal((WriteOutcome.Confirmed, FieldValue.Of(_bolt)), (result.Outcome, result.Stored![First]));
        Assert.Equal([(_bolt, "Primary"), (_cube, "")], Linked());
    }

    [Fact]
    public async Task Link_ends_although_the_account_made_it_the_primary_one()
    {
        await WriteAsync(new CrmFieldWrite(Plain, FieldValue.Of(_acme)));
        Assert.Equal([(_acme, "Primary")], Linked());
        await WriteAsync(new CrmFieldWrite(Plain, FieldValue.Null) { Replaces = FieldValue.Of(_acme) });
        Assert.Empty(Linked());
    }

    [Fact]
    public async Task Label_of_people_keeps_a_link_alive_and_stays_when_ours_goes()
    {
        await LabelAsync("Boss");
        await LabelAsync("Payer");
        Associate(_acme, "Primary");
        Associate(_bolt, "Payer");
        await WriteAsync(new CrmFieldWrite(Boss, FieldValue.Of(_bolt)));
        Assert.Equal([(_acme, "Primary"), (_bolt, "Boss Payer")], Linked());
        await WriteAsync(new CrmFieldWrite(Boss, FieldValue.Null) { Replaces = FieldValue.Of(_bolt) });
        Assert.Equal([(_acme, "Primary"), (_bolt, "Payer")], Linked());
        await WriteAsync(new CrmFieldWrite(Plain, FieldValue.Null) { Replaces = FieldValue.Of(_bolt) });
        Assert.Equal([(_acme, "Primary"), (_bolt, "Payer")], Linked());
    }

    [Fact]
    public async Task Label_of_ours_on_a_link_of_people_goes_alone_and_on_a_link_of_ours_takes_it_along()
    {
        await LabelAsync("Boss");
        Associate(_acme, "Primary");
        Associate(_bolt);
        var stored = (await WriteAsync(new CrmFieldWrite(Boss, FieldValue.Of(Ids(_bolt, _cube))), new CrmFieldWrite(First, FieldValue.Of(_bolt)))).Stored!;
        Assert.Equal((Ids($"{_bolt} (found)", _cube), $"{_bolt} (found)"), (stored[Boss].Text, stored[First].Text));

        await WriteAsync(
            new CrmFieldWrite(Boss, FieldValue.Null) { Replaces = stored[Boss] }, new CrmFieldWrite(First, FieldValue.Null) { Replaces = stored[First] });
        Assert.Equal([(_acme, ""), (_bolt, "")], Linked());
    }

    [Fact]
    public async Task What_one_line_lets_go_another_may_hold()
    {
        Associate(_acme, "Primary");
        Associate(_bolt);
        await WriteAsync(
            new CrmFieldWrite(Plain, FieldValue.Null) { Replaces = FieldValue.Of(Ids(_acme, _bolt)) },
            new CrmFieldWrite(First, FieldValue.Of(_acme)) { Replaces = FieldValue.Of(_acme) });
        Assert.Equal([(_acme, "Primary")], Linked());
    }

    [Fact]
    public async Task Links_that_are_as_wanted_cost_a_look_and_no_write()
    {
        Associate(_acme);
        var paths = new List<string>();
        _portal.Wire.Before = paths.Add;
        var result = await WriteAsync(new CrmFieldWrite(Plain, FieldValue.Of(_acme)));
        Assert.Equal(WriteOutcome.Confirmed, result.Outcome);
        Assert.Equal(["/crm/associations/2026-09/contacts/companies/batch/read"], paths);
    }

    [Fact]
    public async Task Links_of_many_records_go_together_and_apart_from_other_fields()
    {
        var contacts = Enumerable.Range(0, 100).Select(i => _portal.Contact($"c{i}@ex.test")).ToArray();
        var schema = (await _portal.Crm.DescribeAsync("contacts", default))!;
        CrmWrite[] writes =
        [
            .. contacts.Select((id, i) => new CrmWrite(CrmWriteKind.Update, $"t{i}", id, null,
                [i % 2 == 0 ? new CrmFieldWrite("firstname", FieldValue.Of("Kim")) : new CrmFieldWrite(Plain, FieldValue.Of(_acme))])),
        ];
        var paths = new List<string>();
        _portal.Wire.Before = paths.Add;
        var results = await _portal.Crm.WriteAsync(new CrmWriteBatch("contacts", Portal.Key, schema, writes, DateTimeOffset.MaxValue), default);
        Assert.Equal(contacts, results.Select(result => result.Id!));
        Assert.All(results, result => Assert.Equal(WriteOutcome.Confirmed, result.Outcome));
        Assert.Equal(
            ["/crm/objects/2026-09/contacts/batch/update", "/crm/associations/2026-09/contacts/companies/batch/read", "/crm/associations/2026-09/contacts/companies/batch/associate/default"],
            paths);
        Assert.Equal(50, _portal.Account.Associated("companies", _acme, "contacts").Count);
    }

    [Fact]
    public async Task Link_with_a_record_that_is_gone_is_refused_for_a_while_and_its_end_is_no_matter()
    {
        var refused = await WriteAsync(new CrmFieldWrite(Plain, FieldValue.Of(Ids(_acme, "98"))));
        Assert.Equal((WriteOutcome.Rejected, "reference", RetryRule.Later), (refused.Outcome, refused.Error!.Class, refused.Error.Retry));
        Assert.Equal([(_acme, "Primary")], Linked());
        _portal.Account.ArchiveAsUser("companies", _acme);
        Assert.Equal(WriteOutcome.Confirmed, (await WriteAsync(new CrmFieldWrite(Plain, FieldValue.Null) { Replaces = FieldValue.Of(_acme) })).Outcome);
    }

    [Fact]
    public async Task Links_whose_time_is_over_never_leave()
    {
        var schema = (await _portal.Crm.DescribeAsync("contacts", default))!;
        var write = new CrmWrite(CrmWriteKind.Update, "t", _ann, null, [new CrmFieldWrite(Plain, FieldValue.Of(_acme))]);
        var batch = new CrmWriteBatch("contacts", Portal.Key, schema, [write], _portal.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.Equal(WriteOutcome.Moved, (await _portal.Crm.WriteAsync(batch, default))[0].Outcome);
        Assert.Empty(Linked());
    }

    private async Task<CrmRead> ReadingAsync(params string[] paths)
    {
        var fields = new List<FieldSchema>();
        foreach (var path in paths)
        {
            fields.Add((await _portal.Crm.DescribePathAsync("contacts", path, default))!);
        }

        var read = await _portal.Reading("email");
        return read with { Fields = [.. read.Fields, .. fields] };
    }

    private async Task<CrmWriteResult> WriteAsync(params CrmFieldWrite[] fields) => Assert.Single(await _portal.Crm.WriteAsync(
        new CrmWriteBatch("contacts", Portal.Key, new SideSchema("contacts", new Dictionary<string, FieldSchema>()),
            [new CrmWrite(CrmWriteKind.Update, "t", _ann, null, fields)], DateTimeOffset.MaxValue), default));

    private async Task LabelAsync(string label)
    {
        using var admin = new HttpClient(new SandboxHandler(_portal.Site, _portal.Time)) { BaseAddress = new Uri("https://api.hubapi.com") };
        admin.DefaultRequestHeaders.Authorization = new("Bearer", Sandbox.HubSpot.HubSpotOptions.DefaultToken);
        using var made = await admin.PostAsync(
            "crm/associations/2026-09/contacts/companies/labels", new StringContent($$"""{"name":"{{label}}","label":"{{label}}"}"""));
        Assert.True(made.IsSuccessStatusCode);
    }

    private string Company(string name) => _portal.Account.CreateAsUser("companies", new Dictionary<string, string?> { ["name"] = name });

    private void Associate(string company, params string[] labels) => _portal.Account.AssociateAsUser("contacts", _ann, "companies", company, labels);

    private IEnumerable<(string Id, string Labels)> Linked() => _portal.Account.Associated("contacts", _ann, "companies")
        .Select(link => (link.Key, string.Join(' ', link.Value.Order(StringComparer.Ordinal)))).OrderBy(link => link.Key, StringComparer.Ordinal);

    private static string Ids(params string[] ids) => string.Join(';', ids.Order(StringComparer.Ordinal));
}
