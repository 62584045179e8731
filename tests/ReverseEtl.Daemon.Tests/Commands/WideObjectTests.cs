using System.Net;
using System.Text;
using ReverseEtl.Crms;
using ReverseEtl.Daemon.Tests.Support;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Tests.Commands;

/// <summary>Mappings against a recorded describe of an org with person accounts: some 250 fields of every kind.</summary>
public class WideObjectTests
{
    private readonly Bench _bench = new();

    public WideObjectTests() => _bench.Sides.Replacement = CrmRegistry.Create(new CrmConnection(
        "salesforce",
        new Dictionary<string, string?>
        {
            ["Type"] = "salesforce",
            ["LoginUrl"] = "http://salesforce.test",
            ["Auth"] = "client_credentials",
            ["ClientId"] = "id",
            ["ClientSecret"] = "secret",
        },
        _bench.Time,
        new Random(1))
    {
        Wire = new RecordedOrg(),
    });

    [Fact]
    public async Task Fields_of_every_kind_are_found()
    {
        Map("name, crm: Name, owner: warehouse", "phone, crm: Phone, owner: shared", "csm, crm: Industry, owner: crm", "domain, crm: BillingCity, owner: warehouse");

        var answer = await _bench.RunAsync("validate", "--json");

        Assert.DoesNotContain("fields[", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("phone, crm: BilingCity, owner: shared", "fields[0].crm", "Account has no field 'BilingCity', or it is hidden from this connection.", "BillingCity")]
    [InlineData("phone, crm: PersonMobilePhon, owner: shared", "fields[0].crm", "Account has no field 'PersonMobilePhon', or it is hidden from this connection.", "PersonMobilePhone")]
    [InlineData("phone, crm: BillingAddress, owner: shared", "fields[0].crm", "Account has no field 'BillingAddress', or it is hidden from this connection.", null)]
    [InlineData("phone, crm: CreatedDate, owner: shared", "fields[0].owner", "'CreatedDate' of Account can only be read; its owner must be crm.", "crm")]
    public async Task Name_among_250_that_is_wrong_is_told_with_its_place_and_the_nearest(string field, string path, string message, string? suggestion)
    {
        Map(field);

        var answer = await _bench.RunAsync("validate", "--json");

        var problem = answer.Json.EnumerateArray().First(each => each.GetProperty("path").GetString() == path);
        Assert.Equal(1, answer.Exit);
        Assert.Equal((message, 17), (problem.GetProperty("message").GetString(), problem.GetProperty("line").GetInt32()));
        if (suggestion is not null)
        {
            Assert.Equal(suggestion, problem.GetProperty("suggestion").GetString());
        }
    }

    // What people see stays short however wide the object is.
    [Fact]
    public async Task Output_has_one_line_a_problem_and_a_sum()
    {
        Map("name, crm: Nmae, owner: warehouse", "phone, crm: Phoen, owner: warehouse");

        var lines = (await _bench.RunAsync("validate")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains(lines, line => line.Contains("accounts.yaml:17:", StringComparison.Ordinal) && line.Contains("did you mean 'Name'?", StringComparison.OrdinalIgnoreCase));
        Assert.InRange(lines.Length, 3, 8);
        Assert.StartsWith("1 mapping file checked:", lines[^1], StringComparison.Ordinal);
    }

    private void Map(params string[] fields) => _bench.Write("accounts", $"""
        {SampleMapping.Sides.TrimEnd()}
          mode: upsert
        records:
          new_in_crm: ignore
          new_in_warehouse: ignore
        fields:
        {string.Join('\n', fields.Select(field => $"  - {{ warehouse: {field} }}"))}

        """);

    /// <summary>An org that signs anybody in and answers one describe.</summary>
    private sealed class RecordedOrg : HttpMessageHandler
    {
        private static readonly string Describe = File.ReadAllText(
            Repository.PathOf("tests", "data", "salesforce", "describe", "GET_sobjects_Account_PersonAccount_describe.json"));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.RequestUri!.AbsolutePath switch
            {
                "/services/oauth2/token" => Answer(200, """
                    { "access_token": "t", "instance_url": "http://salesforce.test", "id": "http://salesforce.test/id/00D000000000001AAA/005000000000001AAA", "token_type": "Bearer" }
                    """),
                var path when path.EndsWith("/sobjects/Account/describe", StringComparison.Ordinal) => Answer(200, Describe),
                _ => Answer(404, """[{ "errorCode": "NOT_FOUND", "message": "The requested resource does not exist" }]"""),
            });

        private static HttpResponseMessage Answer(int status, string body) =>
            new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }
}
