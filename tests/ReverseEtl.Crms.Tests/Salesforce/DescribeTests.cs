using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class DescribeTests
{
    [Fact]
    public void Recorded_account_is_read_by_type()
    {
        var schema = Schema(Recorded("GET_sobjects_Account_describe.json"));
        Assert.Equal("Account", schema.Name);
        Assert.Equal(new FieldType(FieldKind.Text) { MaxLength = 255 }, schema.Find("name")!.Type);
        Assert.Equal(new FieldType(FieldKind.Text) { MaxLength = 32000 }, schema.Find("Description")!.Type);
        Assert.Equal(new FieldType(FieldKind.Decimal) { IntegerDigits = 18, Scale = 0 }, schema.Find("AnnualRevenue")!.Type);
        Assert.Equal(new FieldType(FieldKind.Integer) { IntegerDigits = 8 }, schema.Find("NumberOfEmployees")!.Type);
        Assert.Equal(TimeSpan.FromSeconds(1), schema.Find("SystemModstamp")!.Type.Resolution);
        Assert.Equal(FieldKind.Picklist, schema.Find("Industry")!.Type.Kind);
        Assert.Null(schema.Find("Industry")!.Type.Options);
        Assert.Equal(["User"], schema.Find("OwnerId")!.ReferenceTo);
        Assert.Equal(FieldKind.Reference, schema.Find("Id")!.Type.Kind);
        Assert.True(schema.Find("Name")!.Required);
        Assert.False(schema.Find("OwnerId")!.Required);
        Assert.False(schema.Find("Id")!.Createable);
        Assert.Null(schema.Find("BillingAddress"));
    }

    [Fact]
    public void Recorded_contact_and_lead_keep_emails_and_write_masks()
    {
        var contact = Schema(Recorded("GET_sobjects_Contact_describe.json"));
        Assert.Equal(FieldKind.Email, contact.Find("Email")!.Type.Kind);
        Assert.False(contact.Find("Email")!.Unique);
        Assert.False(contact.Find("Name")!.Updateable);
        var lead = Schema(Recorded("GET_sobjects_Lead_describe.json"));
        Assert.True(lead.Find("IsConverted") is { Createable: true, Updateable: false });
        Assert.Equal(["Group", "User"], lead.Find("OwnerId")!.ReferenceTo);
    }

    [Fact]
    public async Task Custom_object_is_listed_by_its_labels()
    {
        await using var bench = new SalesforceBench();
        bench.Org.AddObject(new ObjectSpec("Invoice__c") { Label = "Bill" });
        Assert.Equal(["Bill", "Bills"], Assert.Single(await bench.Crm.ListObjectsAsync(default), each => each.Name == "Invoice__c").Words);
    }

    [Theory]
    [InlineData("Account")]
    [InlineData("Contact")]
    [InlineData("Lead")]
    [InlineData("Opportunity")]
    [InlineData("Case")]
    [InlineData("Event")]
    [InlineData("OpportunityContactRole")]
    [InlineData("Custom__c")]
    [InlineData("Account_PersonAccount")]
    public void Every_recorded_describe_is_read(string name) =>
        Assert.NotEmpty(Schema(Recorded($"GET_sobjects_{name}_describe.json")).Fields);

    [Theory]
    [InlineData("\"externalId\":true,\"unique\":true", true)]
    [InlineData("\"idLookup\":true,\"unique\":true", true)]
    [InlineData("\"externalId\":true,\"unique\":false", false)]
    [InlineData("\"unique\":true", false)]
    public void Key_is_unique_only_when_salesforce_keeps_it_so(string flags, bool unique) =>
        Assert.Equal(unique, Schema($$"""{"fields":[{"name":"K__c","type":"string",{{flags}}}]}""").Find("K__c")!.Unique);

    [Fact]
    public void Restricted_picklist_lists_its_active_values()
    {
        var schema = Schema("""
            {"fields":[{"name":"P","type":"picklist","restrictedPicklist":true,"picklistValues":[{"value":"a","label":"A","active":true},{"value":"b","active":false},{"value":"c"}]},
                       {"name":"M","type":"multipicklist","restrictedPicklist":true,"picklistValues":[{"value":"x","active":true}]},
                       {"name":"C","type":"combobox"},{"name":"Odd"},{"type":"string"}]}
            """);
        Assert.Equal(["a", "c"], schema.Find("P")!.Type.Options!);
        Assert.Equal((FieldKind.MultiPicklist, "x"), (schema.Find("M")!.Type.Kind, schema.Find("M")!.Type.Options!.Single()));
        Assert.Equal((FieldKind.Picklist, null), (schema.Find("C")!.Type.Kind, schema.Find("C")!.Type.Options));
        Assert.Equal(4, schema.Fields.Count);
    }

    [Fact]
    public async Task Describe_is_revalidated_with_the_date_it_came_with()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Before = TokenOnly(rig);
        rig.Wire.Then(_ =>
        {
            var answer = ScriptedWire.Answer(200, SalesforceRig.Describe);
            answer.Content.Headers.TryAddWithoutValidation("Last-Modified", "Wed, 01 Apr 2026 08:00:00 GMT");
            return answer;
        }).Then(304);

        var first = await rig.Crm.DescribeAsync("Contact", default);
        Assert.Same(first, await rig.Crm.DescribeAsync("Contact", default));
        Assert.Equal("Wed, 01 Apr 2026 08:00:00 GMT", rig.Wire.Requests[1].Headers["If-Modified-Since"]);
    }

    [Theory]
    [InlineData(404, """[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]""")]
    [InlineData(404, """{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}""")]
    [InlineData(404, "")]
    [InlineData(400, """[{"errorCode":"INVALID_TYPE","message":"x"}]""")]
    public async Task Object_that_is_not_there_is_null(int status, string body)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Before = TokenOnly(rig);
        rig.Wire.Then(status, body);
        Assert.Null(await rig.Crm.DescribeAsync("Nope", default));
    }

    [Fact]
    public async Task Describe_is_asked_for_whole_after_a_while_since_rights_move_no_date()
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Before = TokenOnly(rig);
        rig.Wire.Otherwise = _ => ScriptedWire.Answer(200, SalesforceRig.Describe, ("Date", "Wed, 01 Apr 2026 08:00:00 GMT"));
        await rig.Crm.DescribeAsync("Contact", default);
        rig.Time.Advance(TimeSpan.FromMinutes(59));
        await rig.Crm.DescribeAsync("Contact", default);
        rig.Time.Advance(TimeSpan.FromMinutes(61));
        await rig.Crm.DescribeAsync("Contact", default);
        Assert.Equal([false, true, false], rig.Wire.Requests.Select(request => request.Headers.ContainsKey("If-Modified-Since")));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"Contact\"")]
    public async Task Describe_that_describes_nothing_is_trouble_and_no_object_without_fields(string body)
    {
        await using var rig = new SalesforceRig();
        rig.Wire.Before = TokenOnly(rig);
        rig.Wire.Then(200, body);
        Assert.Equal(PortTrouble.Unavailable, (await Assert.ThrowsAsync<PortException>(() => rig.Crm.DescribeAsync("Contact", default))).Trouble);
    }

    [Fact]
    public void Odd_members_of_a_describe_are_passed_over() =>
        Assert.Equal(["A"], Schema("""{"fields":[null,7,"x",["y"],{"name":"A","type":"string"}],"recordTypeInfos":[null]}""").Fields.Keys);

    [Fact]
    public async Task Path_goes_through_relationships_to_the_first_type_that_has_the_field()
    {
        await using var rig = new SalesforceRig();
        var token = rig.Wire.Before!;
        rig.Wire.Before = sent => sent.PathAndQuery switch
        {
            "/services/data/v66.0/sobjects/Lead/describe" => ScriptedWire.Answer(200, """{"name":"Lead","fields":[{"name":"OwnerId","type":"reference","referenceTo":["Group","User"],"relationshipName":"Owner"}]}"""),
            "/services/data/v66.0/sobjects/Group/describe" => ScriptedWire.Answer(200, """{"name":"Group","fields":[{"name":"Name","type":"string"}]}"""),
            "/services/data/v66.0/sobjects/User/describe" => ScriptedWire.Answer(200, """{"name":"User","fields":[{"name":"Email","type":"email","updateable":true,"createable":true,"unique":true,"idLookup":true}]}"""),
            _ => token(sent),
        };

        var field = await rig.Crm.DescribePathAsync("Lead", "owner.Email", default);
        Assert.True(field is { Name: "owner.Email", Type.Kind: FieldKind.Email, Createable: false, Updateable: false, Unique: false });
        Assert.Null(await rig.Crm.DescribePathAsync("Lead", "Owner.Nothing", default));
        Assert.Null(await rig.Crm.DescribePathAsync("Lead", "Nothing.Email", default));
    }

    /// <summary>What the connector makes of a describe document.</summary>
    public static SideSchema Schema(string document)
    {
        var wire = new ScriptedWire { Before = sent => sent.Method == "POST" ? ScriptedWire.Answer(200, """{"access_token":"t"}""") : ScriptedWire.Answer(200, document) };
        var crm = new SalesforceCrm(
            new SalesforceSettings { LoginUrl = new Uri("https://login.example"), Grant = new ClientCredentialsGrant("a", "b"), RequestTimeout = TimeSpan.FromMinutes(10) }, wire, new JumpTime(), new Random(1));
        return crm.DescribeAsync("Any", default).GetAwaiter().GetResult()!;
    }

    public static string Recorded(string name) => File.ReadAllText(Path.Combine(TestData.Salesforce, "describe", name));

    private static Func<Sent, HttpResponseMessage?> TokenOnly(SalesforceRig rig)
    {
        var all = rig.Wire.Before!;
        return sent => sent.PathAndQuery == "/services/oauth2/token" ? all(sent) : null;
    }
}
