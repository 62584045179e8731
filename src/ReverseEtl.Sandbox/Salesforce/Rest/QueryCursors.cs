using ReverseEtl.Sandbox.Salesforce.Soql;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Open query cursors; each lives two days (reference §6.2).</summary>
internal sealed class QueryCursors
{
    /// <summary>More than this many and the oldest goes early: memory, not a rule of the platform.</summary>
    private const int MostKept = 500;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(2);
    private readonly Dictionary<string, (QueryResult Result, bool All, DateTimeOffset Opened)> _open = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private long _next = 38_193_207_652L;

    public string Open(QueryResult result, bool all, DateTimeOffset now)
    {
        var id = SalesforceId.Make("01g", _next++);
        _open[id] = (result, all, now);
        _order.Enqueue(id);
        while (_order.Count > MostKept)
        {
            _open.Remove(_order.Dequeue());
        }

        return id;
    }

    public (QueryResult Result, bool All)? Find(string id, DateTimeOffset now) =>
        _open.TryGetValue(id, out var cursor) && now - cursor.Opened <= Lifetime ? (cursor.Result, cursor.All) : null;
}
