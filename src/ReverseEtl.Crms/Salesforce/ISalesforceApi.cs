using System.Text.Json.Serialization;
using Refit;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Bulk;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>The Salesforce resources that the connector uses. Raw answers, because 300, 304, 404 and headers carry meaning.</summary>
[Headers("Accept: application/json", "Sforce-Call-Options: " + ClientTag)]
internal interface ISalesforceApi
{
    /// <summary>What shows up in logs and change events as the origin of our writes (§2.5).</summary>
    const string ClientTag = "client=retl";

    /// <summary>The header that says whether a record may be saved although an alerting duplicate rule found others (§2.5).</summary>
    const string DuplicateRules = "Sforce-Duplicate-Rule-Header";

    /// <summary>Versions of the API: needs no token, counts against no limit, tells the time.</summary>
    [Get("/services/data/")]
    Task<HttpResponseMessage> Versions([Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    [Get("/services/data/{version}/limits")]
    Task<HttpResponseMessage> Limits(string version, CancellationToken cancellationToken);

    /// <summary>All objects that the user may see, by name and label.</summary>
    [Get("/services/data/{version}/sobjects")]
    Task<HttpResponseMessage> Objects(string version, CancellationToken cancellationToken);

    [Get("/services/data/{version}/sobjects/{type}/describe")]
    Task<HttpResponseMessage> Describe(
        string version, string type, [Header("If-Modified-Since")] string? since, CancellationToken cancellationToken);

    /// <summary>About how many records an object has; one that cannot be counted is left out.</summary>
    [Get("/services/data/{version}/limits/recordCount")]
    Task<HttpResponseMessage> RecordCount(string version, string sObjects, CancellationToken cancellationToken);

    /// <summary>Ids of records that changed, and how far the list is complete.</summary>
    [Get("/services/data/{version}/sobjects/{type}/updated/")]
    Task<HttpResponseMessage> Updated(string version, string type, string start, string end, CancellationToken cancellationToken);

    /// <summary>Ids of records that were deleted, purged ones too.</summary>
    [Get("/services/data/{version}/sobjects/{type}/deleted/")]
    Task<HttpResponseMessage> Deleted(string version, string type, string start, string end, CancellationToken cancellationToken);

    /// <summary>Live records only.</summary>
    [Get("/services/data/{version}/query")]
    Task<HttpResponseMessage> Query(string version, [AliasAs("q")] string soql, CancellationToken cancellationToken);

    /// <summary>Live, deleted, merged and archived records.</summary>
    [Get("/services/data/{version}/queryAll")]
    Task<HttpResponseMessage> QueryAll(string version, [AliasAs("q")] string soql, CancellationToken cancellationToken);

    /// <summary>The next page of either; the link is followed exactly as it was given.</summary>
    [Get("/{**next}")]
    Task<HttpResponseMessage> Next([Encoded] string next, CancellationToken cancellationToken);

    /// <summary>Up to 2,000 live records by id.</summary>
    [Post("/services/data/{version}/composite/sobjects/{type}")]
    Task<HttpResponseMessage> RetrieveMany(
        string version,
        string type,
        [Body] RetrieveRequest request,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    /// <summary>Up to 25 requests in one, each with headers of its own.</summary>
    [Post("/services/data/{version}/composite")]
    [Headers("Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> Composite(
        string version, [Body] HttpContent requests, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    /// <summary>Up to 200 records, by the external id inside each.</summary>
    [Patch("/services/data/{version}/composite/sobjects/{type}/{field}")]
    [Headers("Sforce-Auto-Assign: FALSE", "Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> UpsertMany(
        string version,
        string type,
        string field,
        [Body] HttpContent records,
        [Header(DuplicateRules)] string? duplicateRules,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    /// <summary>Up to 200 records, by the id inside each.</summary>
    [Patch("/services/data/{version}/composite/sobjects")]
    [Headers("Sforce-Auto-Assign: FALSE", "Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> UpdateMany(
        string version,
        [Body] HttpContent records,
        [Header(DuplicateRules)] string? duplicateRules,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    /// <summary>Up to 200 new records.</summary>
    [Post("/services/data/{version}/composite/sobjects")]
    [Headers("Sforce-Auto-Assign: FALSE", "Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> CreateMany(
        string version,
        [Body] HttpContent records,
        [Header(DuplicateRules)] string? duplicateRules,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    /// <summary>Up to 200 records into the recycle bin.</summary>
    [Delete("/services/data/{version}/composite/sobjects?allOrNone=false")]
    [Headers("Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> DeleteMany(
        string version, [Encoded] string ids, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    /// <summary>Makes a Bulk job of a kind: <c>ingest</c> or <c>query</c>.</summary>
    [Post("/services/data/{version}/jobs/{kind}")]
    Task<HttpResponseMessage> CreateJob(
        string version, string kind, [Body] object request, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    /// <summary>The rows of an ingest job, all at once.</summary>
    [Put("/services/data/{version}/jobs/ingest/{id}/batches")]
    Task<HttpResponseMessage> Upload(
        string version, string id, [Body] HttpContent rows, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    /// <summary>Asks for another state of a job.</summary>
    [Patch("/services/data/{version}/jobs/{kind}/{id}")]
    Task<HttpResponseMessage> SetJobState(
        string version,
        string kind,
        string id,
        [Body] StateRequest state,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    [Get("/services/data/{version}/jobs/{kind}/{id}")]
    Task<HttpResponseMessage> Job(string version, string kind, string id, CancellationToken cancellationToken);

    [Delete("/services/data/{version}/jobs/{kind}/{id}")]
    Task<HttpResponseMessage> DeleteJob(
        string version, string kind, string id, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    /// <summary>The jobs of all users, up to 1,000 a page.</summary>
    [Get("/services/data/{version}/jobs/{kind}?jobType=V2Ingest&isPkChunkingEnabled=false")]
    Task<HttpResponseMessage> Jobs(string version, string kind, CancellationToken cancellationToken);

    /// <summary><c>successfulResults</c>, <c>failedResults</c> or <c>unprocessedrecords</c> of an ingest job.</summary>
    [Get("/services/data/{version}/jobs/ingest/{id}/{set}/")]
    [Headers("Accept: text/csv")]
    Task<HttpResponseMessage> Results(
        string version, string id, string set, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    /// <summary>Rows of a query job from a locator on; the first ones without.</summary>
    [Get("/services/data/{version}/jobs/query/{id}/results")]
    [Headers("Accept: text/csv")]
    Task<HttpResponseMessage> QueryResults(
        string version,
        string id,
        string? locator,
        string maxRecords,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);
}

/// <summary>Records to read by id.</summary>
/// <param name="Ids">Full ids.</param>
/// <param name="Fields">Fields of the object itself.</param>
internal sealed record RetrieveRequest(
    [property: JsonPropertyName("ids")] IReadOnlyList<string> Ids, [property: JsonPropertyName("fields")] IReadOnlyList<string> Fields);
