using Refit;
using ReverseEtl.Crms.Http;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>The Salesforce resources that the connector uses. Raw answers, because 300, 304, 404 and headers carry meaning.</summary>
[Headers("Accept: application/json", "Sforce-Call-Options: client=retl")]
internal interface ISalesforceApi
{
    /// <summary>Versions of the API: needs no token, counts against no limit, tells the time.</summary>
    [Get("/services/data/")]
    Task<HttpResponseMessage> Versions([Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    [Get("/services/data/{version}/limits")]
    Task<HttpResponseMessage> Limits(string version, CancellationToken cancellationToken);

    [Get("/services/data/{version}/sobjects/{type}/describe")]
    Task<HttpResponseMessage> Describe(
        string version, string type, [Header("If-Modified-Since")] string? since, CancellationToken cancellationToken);

    /// <summary>Live records only.</summary>
    [Get("/services/data/{version}/query")]
    Task<HttpResponseMessage> Query(string version, [AliasAs("q")] string soql, CancellationToken cancellationToken);

    /// <summary>Live, deleted, merged and archived records.</summary>
    [Get("/services/data/{version}/queryAll")]
    Task<HttpResponseMessage> QueryAll(string version, [AliasAs("q")] string soql, CancellationToken cancellationToken);

    /// <summary>The next page of either; the link is followed exactly as it was given.</summary>
    [Get("/{**next}")]
    Task<HttpResponseMessage> Next([Encoded] string next, CancellationToken cancellationToken);

    /// <summary>Up to 200 records, by the external id inside each.</summary>
    [Patch("/services/data/{version}/composite/sobjects/{type}/{field}")]
    [Headers("Sforce-Auto-Assign: FALSE", "Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> UpsertMany(
        string version,
        string type,
        string field,
        [Body] HttpContent records,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    /// <summary>Up to 200 records, by the id inside each.</summary>
    [Patch("/services/data/{version}/composite/sobjects")]
    [Headers("Sforce-Auto-Assign: FALSE", "Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> UpdateMany(
        string version, [Body] HttpContent records, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    /// <summary>Up to 200 records into the recycle bin.</summary>
    [Delete("/services/data/{version}/composite/sobjects?allOrNone=false")]
    [Headers("Sforce-Mru: updateMru=false")]
    Task<HttpResponseMessage> DeleteMany(
        string version, [Encoded] string ids, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);
}
