using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>/composite (reference §3.3): 25 subrequests, one API call, answered 200 whenever the envelope could be read.</summary>
internal sealed class CompositeResource(RestEngine engine, CompositeRun run)
{
    private const int MostSubrequests = 25;
    private const int MostCollectionsAndQueries = 5;
    private const double CollatesByDefaultSince = 49;

    public SandboxResponse Handle(RestCall call)
    {
        if (call.Method != "POST")
        {
            return call.NotAllowed("POST");
        }

        var body = call.ReadObject();
        var requests = Parse(body);
        var allOrNone = IsTrue(body["allOrNone"]);
        var collate = body["collateSubrequests"] is { } flag ? IsTrue(flag) : call.VersionNumber >= CollatesByDefaultSince;
        var answers = run.All(requests, Order(requests, collate && engine.Org.Switches.CollateReorders), call.UserId, allOrNone);
        return JsonText.Answer(200, json =>
        {
            json.WriteStartObject();
            CompositeRun.Write(json, requests, answers);
            json.WriteEndObject();
        });
    }

    private static List<Subrequest> Parse(JsonObject body)
    {
        if (body["compositeRequest"] is not JsonArray entries || entries.Count == 0)
        {
            throw SalesforceException.Unreadable("JSON_PARSER_ERROR", "Missing required field 'compositeRequest' at [line:1, column:1]");
        }

        if (entries.Count > MostSubrequests)
        {
            throw SalesforceException.Unreadable("LIMIT_EXCEEDED", $"The request can't have more than {MostSubrequests} operations.");
        }

        var requests = entries.Select(Subrequest.Parse).ToList();
        if (requests.Count(r => r.IsCollectionOrQuery) > MostCollectionsAndQueries)
        {
            throw SalesforceException.Unreadable(
                "LIMIT_EXCEEDED", $"The request can't have more than {MostCollectionsAndQueries} sObject Collections or query operations.");
        }

        return requests.GroupBy(r => r.ReferenceId).FirstOrDefault(g => g.Count() > 1) is { } repeated
            ? throw SalesforceException.Unreadable("JSON_PARSER_ERROR", $"Duplicate reference ID: {repeated.Key}")
            : requests;
    }

    /// <summary>Collatable subrequests of one kind run together, right after the first of them.</summary>
    private static List<int> Order(List<Subrequest> requests, bool collate)
    {
        var order = new List<int>(requests.Count);
        for (var i = 0; i < requests.Count; i++)
        {
            if (order.Contains(i))
            {
                continue;
            }

            order.Add(i);
            for (var j = i + 1; collate && requests[i].Collatable && j < requests.Count; j++)
            {
                if (requests[j].Collatable && requests[j].Kind == requests[i].Kind && !order.Contains(j))
                {
                    order.Add(j);
                }
            }
        }

        return order;
    }

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.True;
}
