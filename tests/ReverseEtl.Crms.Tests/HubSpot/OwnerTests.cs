using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.HubSpot;
using static ReverseEtl.Crms.Tests.HubSpot.Portal;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>Owners by the address that the warehouse knows: properties hold ids of owners, which are not those of users (§3.3, §11).</summary>
public sealed class OwnerTests : IAsyncDisposable
{
    private const string Path = "hubspot_owner_id.email";
    private readonly Portal _portal = new();

    public OwnerTests() => _portal.Account.Switches.ValidateOwners = true;

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData(Path, true)]
    [InlineData("Owner.Email", true)]
    [InlineData("firstname.email", false)]
    [InlineData("nope.email", false)]
    [InlineData("hubspot_owner_id.phone", false)]
    public async Task Path_is_a_field_where_the_property_holds_an_owner(string path, bool isThere)
    {
        var field = await _portal.Crm.DescribePathAsync("contacts", path, default);
        Assert.Equal(isThere ? "True True Email" : "", field is null ? "" : $"{field.Createable} {field.Updateable} {field.Type.Kind}");
    }

    [Theory]
    [InlineData("2026-09", "/crm/owners/2026-09?")]
    [InlineData("v3", "/crm/v3/owners?")]
    public async Task Owners_are_read_to_their_last_page_and_those_who_left_as_well(string version, string start)
    {
        await using var hubspot = new Scripted(new() { ApiVersion = version });
        hubspot.Wire.Otherwise = sent => sent switch
        {
            { Plain: var path } when path.Contains("/properties/") || path.EndsWith("/properties", StringComparison.Ordinal) =>
                ScriptedWire.Answer(200, """{"results":[{"name":"hubspot_owner_id","type":"enumeration","externalOptions":true,"referencedObjectType":"OWNER"}]}"""),
            { Plain: var path } when path.Contains("archived=true") => ScriptedWire.Answer(200, """{"results":[{"id":"3","email":"left@ex.test"}]}"""),
            { Plain: var path } when path.Contains("after=") => ScriptedWire.Answer(200, """{"results":[{"id":2,"email":"Bea@ex.test"},{"id":"9"}]}"""),
            { Method: "GET" } => ScriptedWire.Answer(200, """{"results":[{"id":"1","email":"ann@ex.test"}],"paging":{"next":{"after":"1"}}}"""),
            _ => ScriptedWire.Answer(200, """
                {"results":[{"id":"7","properties":{"hubspot_owner_id":"2"}},{"id":"8","properties":{"hubspot_owner_id":"3"}},
                 {"id":"9","properties":{"hubspot_owner_id":"404"}},{"id":"10","properties":{"hubspot_owner_id":null}}]}
                """),
        };
        var field = (await hubspot.Crm.DescribePathAsync("contacts", Path, default))!;
        string[] ids = ["7", "8", "9", "10"];
        var found = await hubspot.Crm.ReadAsync(Scripted.Read() with { Fields = [field] }, ids, default);
        Assert.Equal(
            [FieldValue.Of("Bea@ex.test"), FieldValue.Of("left@ex.test"), FieldValue.NotObserved, FieldValue.Null],
            ids.Select(id => found[id].Values[0]));
        Assert.Equal(3, hubspot.Wire.Requests.Count(sent => sent.PathAndQuery.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Address_becomes_the_id_of_the_active_owner_who_has_it_and_comes_back_as_it_is_known()
    {
        var schema = await SchemaAsync();
        var results = await Write(
            schema, Upsert("a", (Path, "Dana.Reyes@Example.com "), ("firstname", "A")), Upsert("b", (Path, "left.company@example.com")),
            Upsert("c", (Path, "nobody@example.com")), Upsert("d", ("firstname", "D")));
        Assert.Equal([WriteOutcome.Confirmed, WriteOutcome.Rejected, WriteOutcome.Rejected, WriteOutcome.Confirmed], results.Select(r => r.Outcome));
        Assert.Equal("968001", _portal.Account.Record("contacts", results[0].Id!)!.Properties["hubspot_owner_id"]);
        Assert.Equal("dana.reyes@example.com", results[0].Stored![Path].Text);
        Assert.All(results.Where(r => r.Error is not null), r => Assert.Equal(("reference", RetryRule.Later, Path), (r.Error!.Class, r.Error.Retry, r.Error.Fields[0])));
        Assert.DoesNotContain("example.com", results[2].Error!.Message, StringComparison.Ordinal);

        Assert.Equal(WriteOutcome.Confirmed, (await Write(schema, Update(results[0].Id!, (Path, null))))[0].Outcome);
        Assert.DoesNotContain("hubspot_owner_id", _portal.Account.Record("contacts", results[0].Id!)!.Properties.Keys);
    }

    [Fact]
    public async Task Owner_reads_the_same_by_list_by_id_by_key_and_in_histories()
    {
        var id = _portal.Contact("a@ex.test", ("hubspot_owner_id", "968002"), (Key, "K-1"));
        var read = new CrmRead("contacts", Key, [(await _portal.Crm.DescribePathAsync("contacts", Path, default))!]);
        const string Kofi = "kofi.mensah@example.com";
        Assert.Equal(Kofi, (await _portal.Changes(read, null)).Single().Record!.Values[0].Text);
        Assert.Equal(Kofi, (await _portal.Crm.ReadAsync(read, [id], default))[id].Values[0].Text);
        Assert.Equal(Kofi, (await _portal.Crm.FindByKeyAsync(read, ["K-1"], default))["K-1"].Single().Values[0].Text);
        var entry = (await _portal.Crm.ReadHistoryAsync(read, [id], [Path], default))[id].Single();
        Assert.Equal((Path, Kofi), (entry.Field, entry.Value.Text));
        Assert.Equal(2, _portal.Requests("/owners"));
    }

    [Fact]
    public async Task Token_that_may_not_read_owners_says_so_before_anything_is_written()
    {
        _portal.Account.AddToken(new HubSpotToken("narrow", "7", new HashSet<string> { "crm.objects.contacts.read", "crm.schemas.contacts.read" }));
        await using var crm = _portal.Connect("narrow");
        var e = await Assert.ThrowsAsync<PortException>(() => crm.DescribePathAsync("contacts", Path, default));
        Assert.Contains("crm.objects.owners.read", e.Message, StringComparison.Ordinal);
    }

    private async Task<SideSchema> SchemaAsync() => (await _portal.Crm.DescribeAsync("contacts", default))!;

    private Task<IReadOnlyList<CrmWriteResult>> Write(SideSchema schema, params CrmWrite[] writes) =>
        _portal.Crm.WriteAsync(new CrmWriteBatch("contacts", Key, schema, writes, DateTimeOffset.MaxValue), default);
}
