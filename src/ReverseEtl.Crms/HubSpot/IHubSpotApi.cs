using Refit;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// HubSpot's resources. Paths come from <see cref="HubSpotPaths"/>, since the version stands elsewhere in each family. Answers are
/// taken raw: errors may be HTML, and status, headers and body are judged together. Flags are texts, since HubSpot's are lower-case.
/// </summary>
internal interface IHubSpotApi
{
    [Get("/{**path}")]
    Task<HttpResponseMessage> Get(
        string path, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    [Get("/{**path}")]
    Task<HttpResponseMessage> List(
        string path,
        int? limit,
        string? after,
        string archived,
        [Query(CollectionFormat.Csv)] IReadOnlyList<string>? properties,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    [Post("/{**path}")]
    Task<HttpResponseMessage> Search(
        string path, [Body] WireSearch search, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    [Post("/{**path}")]
    Task<HttpResponseMessage> BatchRead(
        string path,
        [Body] WireBatchRead batch,
        string? archived,
        [Property(RequestMark.Key)] RequestMark mark,
        CancellationToken cancellationToken);

    [Post("/{**path}")]
    Task<HttpResponseMessage> TokenInfo(
        string path, [Body] WireTokenKey token, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    [Post("/{**path}")]
    Task<HttpResponseMessage> BatchWrite(
        string path, [Body] WireBatch batch, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    [Post("/{**path}")]
    Task<HttpResponseMessage> Post<TBody>(
        string path, [Body] TBody body, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);

    [Post("/{**path}")]
    Task<HttpResponseMessage> Purge(
        string path, [Body] WirePurge purge, [Property(RequestMark.Key)] RequestMark mark, CancellationToken cancellationToken);
}
