using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>Runs queries and follows their pages.</summary>
internal sealed class QueryRunner(ISalesforceApi api, string version, DescribeCache describes)
{
    /// <summary>The first page.</summary>
    /// <param name="type">The object, for messages.</param>
    /// <param name="soql">The query.</param>
    /// <param name="deletedToo">Whether deleted and merged records are wanted.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<QueryPage> FirstAsync(string type, string soql, bool deletedToo, CancellationToken cancellationToken) =>
        PageAsync(
            type,
            deletedToo ? api.QueryAll(version, soql, cancellationToken) : api.Query(version, soql, cancellationToken),
            before: null,
            cancellationToken);

    /// <summary>
    /// Live records by id, null in the place of those that are not there. Unlike a query this shows what was committed a moment ago (§13.12).
    /// </summary>
    public Task<QueryPage> RetrieveAsync(
        string type, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken) =>
        PageAsync(
            type,
            api.RetrieveMany(version, type, new RetrieveRequest(ids, fields), RequestMark.Read, cancellationToken),
            before: null,
            cancellationToken);

    /// <summary>The page behind this one; null behind the last.</summary>
    /// <exception cref="LocatorLostException">The server dropped the cursor.</exception>
    public async Task<QueryPage?> NextAsync(string type, QueryPage page, CancellationToken cancellationToken) => page switch
    {
        // A link comes with done=false only; a few servers leave done out.
        { Next: { } next } => await BehindAsync(type, next, page, cancellationToken),
        { SaysMore: true } => throw new PortException(
            PortTrouble.Unavailable, $"Salesforce: query of {type}: the answer names no next page although there is one."),
        _ => null,
    };

    /// <summary>All rows of a short query, each valid until the next is asked for.</summary>
    public async IAsyncEnumerable<QueryRow> RowsAsync(
        string type, string soql, bool deletedToo, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = await FirstAsync(type, soql, deletedToo, cancellationToken);
        for (QueryPage? next; page is not null; page = next)
        {
            using var current = page;
            foreach (var row in current.Rows)
            {
                yield return row;
            }

            next = await NextOrUnavailable(type, current, cancellationToken);
        }
    }

    private async Task<QueryPage?> NextOrUnavailable(string type, QueryPage page, CancellationToken cancellationToken)
    {
        try
        {
            return await NextAsync(type, page, cancellationToken);
        }
        catch (LocatorLostException e)
        {
            throw new PortException(PortTrouble.Unavailable, $"Salesforce: query of {type}: the cursor is gone.", e);
        }
    }

    private async Task<QueryPage> PageAsync(
        string type, Task<HttpResponseMessage> sending, QueryPage? before, CancellationToken cancellationToken)
    {
        var doing = $"query of {type}";
        try
        {
            using var answer = await sending;
            if (answer.StatusCode is HttpStatusCode.OK)
            {
                var readAt = before is null ? answer.Headers.Date - SendTrail.Of(answer).Took : before.ReadAt;
                return new QueryPage(JsonDocument.Parse(await Body.RequireAsync(answer, doing, cancellationToken)), readAt);
            }

            var errors = await ErrorBody.ReadAsync(answer, cancellationToken);
            if (before is not null && (answer.StatusCode is HttpStatusCode.NotFound
                || errors.Any(error => error.Code.Contains("QUERY_LOCATOR", StringComparison.OrdinalIgnoreCase))))
            {
                throw new LocatorLostException();
            }

            if (errors.Any(error => error.Code is "INVALID_FIELD" or "INVALID_TYPE"))
            {
                describes.Forget();
                throw FieldsMoved.Marked(Failure.Of(answer, errors, doing), errors);
            }

            throw Failure.Of(answer, errors, doing);
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, doing);
        }
    }

    private async Task<QueryPage> BehindAsync(string type, string link, QueryPage page, CancellationToken cancellationToken)
    {
        var behind = await PageAsync(type, api.Next(Relative(link), cancellationToken), page, cancellationToken);
        if (behind.Next != link)
        {
            return behind;
        }

        behind.Dispose();
        throw new PortException(PortTrouble.Unavailable, $"Salesforce: query of {type}: a page names itself as the next one.");
    }

    private static string Relative(string link) =>
        (Uri.TryCreate(link, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? address.PathAndQuery : link).TrimStart('/');
}
