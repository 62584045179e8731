using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>Recorded calls of a real client, made again: status, content type and shape of every answer are the recorded ones.</summary>
public class RecordedTrafficTests
{
    private readonly SalesforceClient _org = new();

    [Theory]
    [InlineData("ManualEditTestCompositeParallelSalesforce.test_http_headers", 1)]
    [InlineData("TestCompositeParallelSalesforce.test_composite_parallel_salesforce", 2)]
    [InlineData("TestCompositeParallelSalesforce.test_errors", 1)]
    [InlineData("TestCompositeParallelSalesforce.test_reference_ids", 2)]
    [InlineData("TestCountSObjects.test_count_sobjects__errors", 1)]
    [InlineData("TestCountSObjects.test_count_sobjects_simple", 1)]
    [InlineData("TestUpsert.test_upsert__rest", 5)]
    [InlineData("TestUpsert.test_upsert_complex_external_id_field__rest", 5)]
    [InlineData("TestUpsert.test_upsert_complex_external_id_field_rest__duplicate_error", 10)]
    public void Recorded_calls_are_answered_as_recorded(string cassette, int least)
    {
        var compared = 0;
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var call in Calls(cassette))
        {
            var answer = _org.Raw(call.Method, Ours(call.Target), call.Body is null ? null : Ours(call.Body), [("Content-Type", "application/json")]);
            var what = $"{call.Method} {call.Target}: {answer.Text[..Math.Min(answer.Text.Length, 500)]}";
            Assert.True(call.Status == answer.Status, what);
            Assert.Equal(call.ContentType ?? answer.Header("Content-Type"), answer.Header("Content-Type"));
            var recorded = JsonNode.Parse(call.Answer)!;
            Shape.Same(recorded, answer.Body, what, mayBeEmpty: true);
            Learn(recorded, answer.Body, ids);
            compared++;
        }

        Assert.True(compared >= least, $"only {compared} calls were compared");

        string Ours(string text) => ids.Aggregate(text, (t, pair) => t.Replace(pair.Key, pair.Value));
    }

    /// <summary>Later calls name records by the ids that were recorded; ours have others.</summary>
    private static void Learn(JsonNode recorded, JsonNode? ours, Dictionary<string, string> ids)
    {
        switch (recorded, ours)
        {
            case (JsonObject theirs, JsonObject mine):
                foreach (var (name, value) in theirs.Where(m => m.Value is not null))
                {
                    Learn(value!, mine[name], ids);
                }

                break;
            case (JsonArray theirs, JsonArray mine):
                foreach (var (left, right) in theirs.Zip(mine).Where(p => p.First is not null))
                {
                    Learn(left!, right, ids);
                }

                break;
            case (JsonValue theirs, JsonValue mine) when theirs.ToString() is { Length: 18 } id && mine.ToString() is { Length: 18 } own
                && id.All(char.IsAsciiLetterOrDigit):
                ids[id] = own;
                break;
        }
    }

    /// <summary>The calls of a cassette without those that only include a describe, which have a test of their own.</summary>
    private static IEnumerable<Call> Calls(string cassette)
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(Path.Combine(Folder(), $"{cassette}.yaml")))
        {
            yaml.Load(text);
        }

        foreach (var interaction in ((YamlSequenceNode)yaml.Documents[0].RootNode["interactions"]).Children.OfType<YamlMappingNode>())
        {
            if (interaction.Children.ContainsKey("request"))
            {
                yield return Read(interaction["request"], interaction["response"]);
            }
        }
    }

    private static Call Read(YamlNode request, YamlNode response)
    {
        var headers = (YamlMappingNode)response["headers"];
        var named = headers.Children.TryGetValue("Response-Headers", out var inner) ? inner as YamlMappingNode : headers;
        return new Call(
            request["method"].ToString(),
            Versioned(new Uri(request["uri"].ToString()).PathAndQuery),
            request["body"] is YamlScalarNode { Value: { } body } && body != "null" ? Versioned(body) : null,
            int.Parse(response["status"]["code"].ToString(), CultureInfo.InvariantCulture),
            named?.Children.TryGetValue("Content-Type", out var type) == true ? ((YamlSequenceNode)type)[0].ToString() : null,
            response["body"]["string"].ToString());
    }

    private static string Versioned(string text) => text.Replace("vxx.0", "v66.0");

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "data", "salesforce", "cassettes_cumulusci");

    private sealed record Call(string Method, string Target, string? Body, int Status, string? ContentType, string Answer);
}
