using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>Columns that lie behind a reference: what another object loses or hides must not spoil the read of this one.</summary>
public sealed class PathReadTests : IAsyncDisposable
{
    private const string Activity = """
        {"name":"Task","fields":[{"name":"Id","type":"id"},{"name":"SystemModstamp","type":"datetime"},{"name":"Key__c","type":"string"},
          {"name":"AccountId","type":"reference","referenceTo":["Account"],"relationshipName":"Account"},
          {"name":"WhoId","type":"reference","referenceTo":["Contact","Lead"],"relationshipName":"Who","polymorphicForeignKey":true}]}
        """;

    private readonly SalesforceRig _rig = new();
    private readonly List<string> _described = [];
    private string _accountFields = """{"name":"Name","type":"string"},{"name":"Region__c","type":"string"}""";

    public PathReadTests()
    {
        var before = _rig.Wire.Before!;
        _rig.Wire.Before = sent =>
        {
            if (!sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal))
            {
                return before(sent);
            }

            _described.Add(sent.PathAndQuery.Split('/')[^2]);
            return _described[^1] switch
            {
                "Task" => ScriptedWire.Answer(200, Activity),
                "Account" => ScriptedWire.Answer(200, $$"""{"name":"Account","fields":[{{_accountFields}}]}"""),
                _ => ScriptedWire.Answer(404, """[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"""),
            };
        };
        _rig.Wire.Otherwise = sent => sent.Plain.Contains("Region__c", StringComparison.Ordinal)
                && !_accountFields.Contains("Region__c", StringComparison.Ordinal)
            ? ScriptedWire.Answer(400, """[{"errorCode":"INVALID_FIELD","message":"\nSELECT Account.Region__c\n ^\nERROR at Row:1:Column:8\nNo such column 'Region__c' on entity 'Account'."}]""")
            : ScriptedWire.Answer(200, $$"""
                {"done":true,"records":[{"Id":"{{SalesforceRig.Id(1)}}","SystemModstamp":"2026-03-02T10:00:00.000+0000","Key__c":"k",
                  "Account":{"Name":"Acme","Region__c":"North"},"Who":{"Email":"a@example.org"} }]}
                """);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Field_that_another_object_lost_is_not_observed_and_the_rest_is_read()
    {
        Assert.Equal(["Acme", "North"], (await Read("Account.Name", "Account.Region__c")).Select(value => value.Text));
        _accountFields = """{"name":"Name","type":"string"}""";
        Assert.Equal([FieldValue.Of("Acme"), FieldValue.NotObserved], await Read("Account.Name", "Account.Region__c"));
        Assert.Null(await _rig.Crm.DescribePathAsync("Task", "Account.Region__c", default));
    }

    [Fact]
    public async Task Reference_that_may_lead_to_several_objects_shows_only_what_they_have_in_common()
    {
        Assert.Equal([FieldValue.Of("a@example.org"), FieldValue.NotObserved], await Read("Who.Email", "Who.Key__c"));
        Assert.DoesNotContain("Who.Key__c", Assert.Single(_rig.Wire.Requests).Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Object_that_cannot_be_seen_is_asked_for_once_in_a_while()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(await _rig.Crm.DescribePathAsync("Task", "Who.Key__c", default));
        }

        Assert.Equal(["Task", "Contact", "Lead"], _described);
        _rig.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Null(await _rig.Crm.DescribePathAsync("Task", "Who.Key__c", default));
        Assert.Equal(6, _described.Count);
    }

    private async Task<IReadOnlyList<FieldValue>> Read(params string[] paths)
    {
        var read = new CrmRead("Task", "Key__c", [.. paths.Select(path => new FieldSchema(path, new FieldType(FieldKind.Text)))]);
        return (await _rig.Crm.ReadAsync(read, [SalesforceRig.Id(1)], default))[SalesforceRig.Id(1)].Values;
    }
}
