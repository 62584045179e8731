using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Values and records whose reading needs more than their text.</summary>
public sealed class ValueTests : IAsyncDisposable
{
    private const string More = """
        "fields":[
          {"name":"Secret__c","type":"encryptedstring","length":40,"mask":"asterisk","maskType":"lastFour"},
          {"name":"Code__c","type":"encryptedstring","length":40,"mask":"X","maskType":"all"},
          {"name":"IsConverted","type":"boolean"},{"name":"ConvertedContactId","type":"reference","referenceTo":["Contact"]},
          {"name":"ConvertedAccountId","type":"reference","referenceTo":["Account"]},
        """;

    private readonly SalesforceRig _rig = new();

    public ValueTests()
    {
        var before = _rig.Wire.Before!;
        _rig.Wire.Before = sent => sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal)
            ? ScriptedWire.Answer(200, SalesforceRig.Describe.Replace("\"fields\":[", More, StringComparison.Ordinal))
            : before(sent);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("Secret__c", "****-****-1234", false)]
    [InlineData("Secret__c", "**********", false)]
    [InlineData("Secret__c", "4111-1111-1234", true)]
    [InlineData("Secret__c", "XXXX-XXXX-1234", true)]
    [InlineData("Code__c", "XXXXXXXX", false)]
    [InlineData("Code__c", "XK-5", true)]
    [InlineData("LastName", "****1234", true)]
    public async Task Mask_over_an_encrypted_value_is_not_the_value(string field, string text, bool isSeen)
    {
        var record = await Read($"\"{field}\":\"{text}\"", field);
        Assert.Equal(isSeen ? FieldValue.Of(text) : FieldValue.NotObserved, record.Values[0]);
    }

    [Fact]
    public async Task Empty_encrypted_value_is_seen_to_be_empty() =>
        Assert.Equal(FieldValue.Null, (await Read("\"Secret__c\":null", "Secret__c")).Values[0]);

    [Fact]
    public async Task Converted_lead_tells_what_it_became()
    {
        var record = await Read("\"IsConverted\":true,\"ConvertedContactId\":\"003000000000009\",\"ConvertedAccountId\":null");
        Assert.Equal(CrmPresence.Converted, record.Presence);
        Assert.Equal([new("Contact", SalesforceRig.Id(9))], record.ConvertedTo);
        Assert.Equal(CrmPresence.Live, (await Read("\"IsConverted\":false,\"ConvertedContactId\":null")).Presence);
    }

    [Theory]
    [InlineData("Score__c", "2.0E7", "20000000")]
    [InlineData("Score__c", "300.0", "300")]
    [InlineData("Score__c", "-1.50", "-1.5")]
    [InlineData("Count__c", "17.0", "17")]
    [InlineData("Flag__c", "false", "false")]
    public async Task Numbers_and_checkboxes_are_plain(string field, string json, string text) =>
        Assert.Equal(text, (await Read($"\"{field}\":{json}", field)).Values[0].Text);

    [Fact]
    public void Multi_pick_lists_compare_whatever_their_order()
    {
        var type = DescribeTests.Schema(SalesforceRig.Describe).Find("Tags__c")!.Type;
        Assert.True(type.Same(FieldValue.Of("b;a"), FieldValue.Of("a; b;a")));
    }

    [Fact]
    public async Task Key_that_several_records_have_comes_back_with_all_of_them()
    {
        _rig.Wire.Then(200, $$"""
            {"done":true,"records":[{"Id":"{{SalesforceRig.Id(1)}}","Key__c":"k","SystemModstamp":"2026-03-02T10:00:00.000+0000"},
              {"Id":"{{SalesforceRig.Id(2)}}","Key__c":"K","SystemModstamp":"2026-03-02T10:00:00.000+0000"}]}
            """);
        var found = await _rig.Crm.FindByKeyAsync(_rig.Read(), ["k"], default);
        Assert.Equal([SalesforceRig.Id(1), SalesforceRig.Id(2)], found["k"].Select(record => record.Id));
    }

    [Theory]
    [Trait("Reference", "salesforce 11")]
    [InlineData("DUPLICATE_EXTERNAL_ID", "Contact: more than one record found for external id field: [003000000000005AAA, 003000000000006AAA]")]
    [InlineData("DUPLICATE_EXTERNAL_ID", "Contact: more than one record found for external id field: [003000000000005, 003000000000006]")]
    public async Task Ambiguous_external_id_300_is_told_with_a_record_that_has_it(string code, string message)
    {
        _rig.Wire.Then(200, $"[{SalesforceRig.Failed(code, message)}]");
        var result = Assert.Single(await _rig.Write(SalesforceRig.Upsert("k")));
        Assert.Equal((WriteOutcome.Rejected, "duplicate", RetryRule.AfterChange, SalesforceRig.Id(5)),
            (result.Outcome, result.Error!.Class, result.Error.Retry, result.Error.ExistingId));
    }

    private async Task<CrmRecord> Read(string values, params string[] fields)
    {
        _rig.Wire.Then(200, $$"""{"done":true,"records":[{"Id":"{{SalesforceRig.Id(1)}}","IsDeleted":false,"SystemModstamp":"2026-03-02T10:00:00.000+0000",{{values}}}]}""");
        var read = new CrmRead("Contact", "Key__c", [.. fields.Select(field => _rig.Schema.Find(field) ?? new FieldSchema(field, new FieldType(FieldKind.Text)))]);
        return (await _rig.Crm.ReadAsync(read, [SalesforceRig.Id(1)], default))[SalesforceRig.Id(1)];
    }
}
