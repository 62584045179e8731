using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Salesforce.Auth;
using ReverseEtl.Crms.Tests.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>The connector on a scripted wire. Sign-ins, describes and counts are answered by themselves and not written down.</summary>
public sealed class SalesforceRig : IAsyncDisposable
{
    public const string UserId = "005000000000001AAA";
    public const string Describe = """
        {"name":"Contact","mergeable":true,"fields":[
          {"name":"Id","type":"id"},{"name":"IsDeleted","type":"boolean"},{"name":"MasterRecordId","type":"reference","referenceTo":["Contact"]},
          {"name":"SystemModstamp","type":"datetime"},{"name":"LastModifiedById","type":"reference","referenceTo":["User"],"relationshipName":"LastModifiedBy"},
          {"name":"Key__c","type":"string","length":64,"externalId":true,"unique":true,"createable":true,"updateable":true,"nillable":true},
          {"name":"Name","type":"string","length":121},
          {"name":"LastName","type":"string","length":80,"createable":true,"updateable":true},
          {"name":"Score__c","type":"double","precision":6,"scale":2,"createable":true,"updateable":true,"nillable":true},
          {"name":"Count__c","type":"int","digits":8,"createable":true,"updateable":true,"nillable":true},
          {"name":"Flag__c","type":"boolean","createable":true,"updateable":true},
          {"name":"Day__c","type":"date","createable":true,"updateable":true,"nillable":true},
          {"name":"At__c","type":"datetime","createable":true,"updateable":true,"nillable":true},
          {"name":"Hour__c","type":"time","createable":true,"updateable":true,"nillable":true},
          {"name":"Tags__c","type":"multipicklist","createable":true,"updateable":true,"nillable":true},
          {"name":"AccountId","type":"reference","referenceTo":["Account"],"relationshipName":"Account","createable":true,"updateable":true,"nillable":true}]}
        """;

    public SalesforceRig(Func<SalesforceSettings, SalesforceSettings>? change = null)
    {
        var settings = new SalesforceSettings
        {
            LoginUrl = new Uri("https://login.example"),
            Grant = new ClientCredentialsGrant("id", "s3cret"),
            RequestTimeout = TimeSpan.FromMinutes(10),
        };
        Crm = new SalesforceCrm(change?.Invoke(settings) ?? settings, Wire, Time, new Random(3));
        Wire.Before = sent => sent switch
        {
            { PathAndQuery: "/services/oauth2/token" } => Token(),
            { Method: "GET" } when sent.PathAndQuery.EndsWith("/describe", StringComparison.Ordinal) => ScriptedWire.Answer(200, Describe),
            { Method: "GET" } when sent.PathAndQuery.Contains("/limits/recordCount", StringComparison.Ordinal) => ScriptedWire.Answer(200, $$"""{"sObjects":[{"count":{{Count}},"name":"Contact"}]}"""),
            _ => null,
        };
    }

    public ScriptedWire Wire { get; } = new();

    public JumpTime Time { get; } = new();

    public SalesforceCrm Crm { get; }

    public int SignIns { get; private set; }

    /// <summary>How many contacts there are, about.</summary>
    public int Count { get; set; }

    public CrmRead Read(params string[] fields) => new("Contact", "Key__c", [.. fields.Select(field => Schema.Find(field) ?? new FieldSchema(field, new FieldType(FieldKind.Text)))]);

    public SideSchema Schema { get; } = ReverseEtl.Crms.Tests.Salesforce.DescribeTests.Schema(Describe);

    public Task<IReadOnlyList<CrmWriteResult>> Write(params CrmWrite[] writes) => Crm.WriteAsync(new CrmWriteBatch("Contact", "Key__c", Schema, writes, DateTimeOffset.MaxValue), default);

    public static CrmWrite Upsert(string key, params (string Field, string? Value)[] fields) => new(CrmWriteKind.Upsert, key, null, key, Fields(fields));

    public static CrmWrite Update(string id, params (string Field, string? Value)[] fields) => new(CrmWriteKind.Update, id, id, null, Fields(fields));

    public static CrmWrite Delete(string id) => new(CrmWriteKind.Delete, id, id, null, []);

    public static string Id(int number) => SalesforceId.Normalize($"003{number:D12}")!;

    public static string Stored(params int[] ids) => "[" + string.Join(",", ids.Select(id => $$"""{"id":"{{Id(id)}}","success":true,"errors":[],"created":true}""")) + "]";

    public static string Failed(string code, string message, string fields = "") =>
        $$"""{"success":false,"errors":[{"statusCode":"{{code}}","message":"{{message}}","fields":[{{fields}}]}]}""";

    public async ValueTask DisposeAsync()
    {
        await Crm.DisposeAsync();
        Wire.Dispose();
    }

    private HttpResponseMessage Token()
    {
        SignIns++;
        return ScriptedWire.Answer(200, $$"""
            {"access_token":"t{{SignIns}}","instance_url":"https://acme.example","id":"https://login.example/id/00D000000000001EAA/{{UserId}}","token_type":"Bearer"}
            """);
    }

    private static CrmFieldWrite[] Fields((string Field, string? Value)[] fields) => [.. fields.Select(field => new CrmFieldWrite(field.Field, FieldValue.Of(field.Value)))];
}
