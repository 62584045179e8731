using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Bulk;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Finds the resource of a call below <c>/services/data/vNN.0/</c>, for single and composite calls alike.</summary>
internal sealed class RestRouter
{
    private static readonly string[] Resources = ["sobjects", "query", "queryAll", "limits", "composite", "jobs"];
    private readonly SobjectsResource _sobjects;
    private readonly QueryResource _query;
    private readonly LimitsResource _limits;
    private readonly CollectionsResource _collections;
    private readonly CompositeResource _composite;
    private readonly GraphResource _graph;
    private readonly BatchResource _batch;
    private readonly TreeResource _tree;

    public RestRouter(RestEngine engine, UsageMeter meter)
    {
        _sobjects = new SobjectsResource(engine);
        _query = new QueryResource(engine);
        Bulk = new BulkApi(engine);
        _limits = new LimitsResource(engine, meter, Bulk);
        _collections = new CollectionsResource(engine, new CollectionReads(engine));
        var run = new CompositeRun(engine, RouteSubrequest);
        _composite = new CompositeResource(engine, run);
        _graph = new GraphResource(run);
        _batch = new BatchResource(engine.Org, meter, RouteSubrequest);
        _tree = new TreeResource(engine);
    }

    /// <summary>The Bulk API.</summary>
    public BulkApi Bulk { get; }

    /// <param name="request">The request.</param>
    /// <param name="version">e.g. <c>v66.0</c>.</param>
    /// <param name="path">The decoded segments after the version.</param>
    /// <param name="userId">The caller.</param>
    /// <param name="atomic">Inside a composite with allOrNone.</param>
    public SandboxResponse Route(SandboxRequest request, string version, string[] path, string userId, bool atomic)
    {
        var method = request.Method == "POST" && request.Query("_HttpMethod") is { } tunnelled ? tunnelled.ToUpperInvariant() : request.Method;
        var call = new RestCall(request, method, version, userId);
        try
        {
            return path switch
            {
                [] or ["limits"] or ["limits", "recordCount"] when !call.IsRead => call.NotAllowed("GET,HEAD"),
                [] => Directory(version),
                ["sobjects", .. var rest] => _sobjects.Handle(call, rest),
                ["query"] => _query.Query(call, all: false),
                ["queryAll"] => _query.Query(call, all: true),
                ["query" or "queryAll", var locator] => _query.Next(call, locator),
                ["limits"] => _limits.Limits(call),
                ["limits", "recordCount"] => _limits.RecordCount(call),
                ["composite"] => _composite.Handle(call),
                ["composite", "graph"] => _graph.Handle(call),
                ["composite", "batch"] => _batch.Handle(call),
                ["composite", "tree", var type] => _tree.Handle(call, type),
                ["composite", "sobjects", .. var rest] => _collections.Handle(call, rest, atomic),
                ["jobs", .. var rest] => Bulk.Handle(call, rest),
                _ => throw SalesforceException.NotFound(),
            };
        }
        catch (SalesforceException e)
        {
            return Errors.Answer(e);
        }
    }

    /// <summary>A subrequest's URL names the version again; raw blanks in its query are accepted, as recorded traffic shows.</summary>
    private SandboxResponse RouteSubrequest(SandboxRequest request, string userId, bool atomic)
    {
        string[] path = [.. request.Segments];
        if (path is not ["services", "data", var version, .. var rest] || rest is ["composite"] or ["composite", "graph" or "batch"] or ["jobs", ..])
        {
            return Errors.Answer(SalesforceException.NotFound());
        }

        try
        {
            ApiVersions.Require(version);
        }
        catch (SalesforceException unknown)
        {
            return Errors.Answer(unknown);
        }

        return Route(request, version, rest, userId, atomic);
    }

    private static SandboxResponse Directory(string version) => JsonText.Answer(200, new System.Text.Json.Nodes.JsonObject(
        Resources
            .Select(name => KeyValuePair.Create(name, (System.Text.Json.Nodes.JsonNode?)$"/services/data/{version}/{name}"))));
}
