using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Lists of jobs, a page at a time (reference §5.1).</summary>
internal static class BulkList
{
    /// <param name="call">The call; <c>queryLocator</c> is the id of the last job of the page before.</param>
    /// <param name="jobs">All jobs, newest first.</param>
    /// <param name="id">A job's id; newer ids compare higher.</param>
    /// <param name="show">A job as JSON.</param>
    /// <param name="type">What an entry calls them.</param>
    /// <param name="size">Jobs on a page.</param>
    public static SandboxResponse Answer<T>(RestCall call, IReadOnlyList<T> jobs, Func<T, string> id, Func<T, JsonObject> show, string type, int size)
    {
        var after = call.Http.Query("queryLocator");
        var left = after is null ? jobs : [.. jobs.Where(j => string.CompareOrdinal(id(j), after) < 0)];
        var page = left.Take(size).ToList();
        var done = page.Count == left.Count;
        return JsonText.Answer(200, new JsonObject
        {
            ["done"] = done,
            ["records"] = new JsonArray([.. page.Select(Entry)]),
            ["nextRecordsUrl"] = done ? null : Next(call, id(page[^1])),
        });

        JsonObject Entry(T job)
        {
            var entry = show(job);
            entry["jobType"] = type;
            return entry;
        }
    }

    private static string Next(RestCall call, string locator)
    {
        var kept = call.Http.QueryString.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => !p.StartsWith("queryLocator=", StringComparison.Ordinal));
        return $"{call.Http.Path}?{string.Join('&', kept.Append($"queryLocator={locator}"))}";
    }
}
