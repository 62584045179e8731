using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Everything below <c>/sobjects</c>, by its path.</summary>
internal sealed class SobjectsResource
{
    private readonly RestEngine _engine;
    private readonly DescribeResource _describe;
    private readonly ReplicationResource _replication;
    private readonly RowsResource _rows;
    private readonly KeyResource _keys;

    public SobjectsResource(RestEngine engine)
    {
        _engine = engine;
        _describe = new DescribeResource(engine);
        _replication = new ReplicationResource(engine);
        _rows = new RowsResource(engine);
        _keys = new KeyResource(engine, _rows);
    }

    /// <param name="call">The call.</param>
    /// <param name="path">The segments after <c>sobjects</c>.</param>
    public SandboxResponse Handle(RestCall call, IReadOnlyList<string> path)
    {
        if (path.Count == 0)
        {
            return _describe.Global(call);
        }

        var type = _engine.Type(path[0]);
        return (path.Count, path.Count > 1 ? path[1] : "") switch
        {
            (1, _) when call.Method == "POST" => _rows.Create(call, type),
            (1, _) => _describe.Basic(call, type),
            (2, "describe") => _describe.Describe(call, type),
            (2, "updated") => _replication.Updated(call, type),
            (2, "deleted") => _replication.Deleted(call, type),
            (2, "Id") when call.Method == "POST" => _rows.Create(call, type),
            (2, var id) => _rows.ById(call, type, id),
            (3, var field) => _keys.Handle(call, type, field, path[2]),
            _ => throw SalesforceException.NotFound(),
        };
    }
}
