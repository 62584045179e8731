using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>/composite/graph (reference §3.5): graphs of subrequests, each all or none, one API call.</summary>
internal sealed partial class GraphResource(CompositeRun run)
{
    private const double Since = 50;
    private const int MostNodes = 500;
    private const int MostGraphs = 75;
    private const int MostFailedGraphs = 14;
    private const int MostDepth = 15;
    private const int MostKinds = 15;

    public SandboxResponse Handle(RestCall call)
    {
        if (call.VersionNumber < Since)
        {
            throw SalesforceException.NotFound();
        }

        if (call.Method != "POST")
        {
            return call.NotAllowed("POST");
        }

        var graphs = Parse(call.ReadObject()).ConvertAll(g => (g.Id, g.Requests, Order: Order(g.Requests)));
        var failed = 0;
        return JsonText.Answer(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("graphs");
            foreach (var (id, requests, order) in graphs)
            {
                // More than fourteen failed graphs halt the rest (reference §3).
                var answers = failed > MostFailedGraphs ? Halted(requests) : run.All(requests, order, call.UserId, allOrNone: true);
                var good = !Array.Exists(answers, CompositeRun.Failed);
                failed += good ? 0 : 1;
                json.WriteStartObject();
                json.WriteString("graphId", id);
                json.WriteStartObject("graphResponse");
                CompositeRun.Write(json, requests, answers);
                json.WriteEndObject();
                json.WriteBoolean("isSuccessful", good);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static List<(string Id, List<Subrequest> Requests)> Parse(JsonObject body)
    {
        if (body["graphs"] is not JsonArray entries || entries.Count == 0)
        {
            throw Invalid("Missing required field 'graphs' at [line:1, column:1]");
        }

        var graphs = entries.Select(Graph).ToList();
        return graphs.Count > MostGraphs ? throw Limit($"The request can't have more than {MostGraphs} graphs.")
            : graphs.Sum(g => g.Requests.Count) > MostNodes ? throw Limit($"The request can't have more than {MostNodes} nodes.")
            : graphs.GroupBy(g => g.Id).FirstOrDefault(g => g.Count() > 1) is { } repeated ? throw Invalid($"Duplicate graph ID: {repeated.Key}")
            : graphs;
    }

    private static (string Id, List<Subrequest> Requests) Graph(JsonNode? node)
    {
        var id = (node as JsonObject)?["graphId"]?.ToString();
        if (id is null || !GraphId().IsMatch(id))
        {
            throw Invalid($"Invalid graph ID '{id}'");
        }

        if (node!["compositeRequest"] is not JsonArray { Count: > 0 } entries)
        {
            throw Invalid("Missing required field 'compositeRequest' at [line:1, column:1]");
        }

        var requests = entries.Select(Subrequest.Parse).ToList();
        return requests.GroupBy(r => r.ReferenceId).FirstOrDefault(g => g.Count() > 1) is { } repeated
            ? throw Invalid($"Duplicate reference ID: {repeated.Key}")
            : requests.Find(r => !RowUrl().IsMatch(r.Url)) is { } foreign
                ? throw Invalid($"The URL {foreign.Url} is not supported in a graph")
                : requests.Select(r => r.Kind).Distinct().Count() > MostKinds
                    ? throw Limit($"A graph can't have more than {MostKinds} different kinds of nodes.")
                    : (id, requests);
    }

    /// <summary>A graph runs in the order of its references, whatever the order in the request: level by level.</summary>
    private static List<int> Order(List<Subrequest> requests)
    {
        var order = new List<int>(requests.Count);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var known = requests.Select(r => r.ReferenceId).ToHashSet(StringComparer.Ordinal);
        for (var depth = 1; order.Count < requests.Count; depth++)
        {
            var level = Enumerable.Range(0, requests.Count)
                .Where(i => !done.Contains(requests[i].ReferenceId) && requests[i].References.All(r => done.Contains(r) || !known.Contains(r)))
                .ToList();
            if (level.Count == 0)
            {
                throw Invalid("The references of a graph must not form a circle");
            }

            if (depth > MostDepth)
            {
                throw Limit($"A graph can't be deeper than {MostDepth}.");
            }

            order.AddRange(level);
            done.UnionWith(level.Select(i => requests[i].ReferenceId));
        }

        return order;
    }

    private static SandboxResponse[] Halted(List<Subrequest> requests) =>
    [
        .. requests.Select(_ => JsonText.Answer(400, Errors.Array(new SalesforceError(
            "PROCESSING_HALTED", "The graph was not processed because too many graphs of the request have failed.")))),
    ];

    private static SalesforceException Invalid(string message) => SalesforceException.Unreadable("JSON_PARSER_ERROR", message);

    private static SalesforceException Limit(string message) => SalesforceException.Unreadable("LIMIT_EXCEEDED", message);

    [GeneratedRegex("^[A-Za-z0-9][^.]{0,38}$")]
    private static partial Regex GraphId();

    /// <summary>sObject basic, rows, and rows by external id; nothing else (reference §3.5).</summary>
    [GeneratedRegex(@"^/services/data/v[0-9.]+/sobjects/[A-Za-z0-9_]+/?([^/?]+(/[^?]+)?)?(\?.*)?$")]
    private static partial Regex RowUrl();
}
