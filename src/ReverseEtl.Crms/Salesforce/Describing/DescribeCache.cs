using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Describing;

/// <summary>Describe documents, kept and revalidated with <c>If-Modified-Since</c>. Safe for concurrent use.</summary>
internal sealed class DescribeCache(ISalesforceApi api, string version, TimeProvider time)
{
    // Rights are no part of an object's metadata, so a field that is hidden or shown may leave its date as it was.
    private static readonly TimeSpan Keeps = TimeSpan.FromHours(1);

    private const int DeepestPath = 5;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _refused = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The object as Salesforce describes it now; null when there is none to see.</summary>
    public async Task<ObjectDescribe?> FreshAsync(string type, CancellationToken cancellationToken)
    {
        var known = _entries.TryGetValue(type, out var entry) && entry.Describe is not null && !IsOld(entry) ? entry : null;
        var doing = $"describe of {type}";
        try
        {
            using var answer = await api.Describe(version, type, known?.LastModified, cancellationToken);
            switch (answer.StatusCode)
            {
                case HttpStatusCode.NotModified when known is not null:
                    return known.Describe;
                case HttpStatusCode.OK:
                    return await Keep(type, answer, cancellationToken);
            }

            if (answer.StatusCode is HttpStatusCode.NotFound
                || (await ErrorBody.ReadAsync(answer, cancellationToken)).Any(error => error.Code is "INVALID_TYPE" or "NOT_FOUND"))
            {
                // Known too: a path may lead to many objects that the user cannot see.
                _entries[type] = new Entry(null, null, time.GetUtcNow());
                return null;
            }

            throw await Failure.OfAsync(answer, doing, cancellationToken);
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, doing);
        }
    }

    /// <summary>The object as it was described last; asks only when it never was, or a while ago.</summary>
    public async Task<ObjectDescribe?> KnownAsync(string type, CancellationToken cancellationToken) =>
        _entries.TryGetValue(type, out var known) && !IsOld(known) ? known.Describe : await FreshAsync(type, cancellationToken);

    /// <summary>
    /// Something turned out to be different: asks anew, whole, at the next use. All of it, since a path leads to other objects, and which of them
    /// has moved is not told.
    /// </summary>
    public void Forget() => _entries.Clear();

    /// <summary>Queries are refused for the column, although it is described: for a while they do without.</summary>
    public void Refuse(string type, string column) => _refused[$"{type} {column}"] = time.GetUtcNow();

    /// <summary>Whether queries have to do without the column.</summary>
    public bool IsRefused(string type, string column) => _refused.TryGetValue($"{type} {column}", out var at) && time.GetUtcNow() - at < Keeps;

    /// <summary>
    /// Whether a query may select the path. Through a reference that may lead to several objects it sees only what all of them have in common.
    /// </summary>
    public async Task<bool> CanSelectAsync(string type, string path, CancellationToken cancellationToken) =>
        await KnownAsync(type, cancellationToken) is { } describe
        && (describe.SelectsInCommon(path) ?? await Follow(type, path.Split('.'), 0, cancellationToken) is not null);

    /// <summary>
    /// The field at the end of a path such as <c>Owner.Email</c>; null when it leads nowhere. It can be written where it tells one record (see
    /// <see cref="LookupPath"/>), as far as the field can that refers to it.
    /// </summary>
    public async Task<FieldSchema?> PathAsync(string type, string path, CancellationToken cancellationToken)
    {
        if (await Follow(type, path.Split('.'), 0, cancellationToken) is not { } field)
        {
            return null;
        }

        var reference = await KnownAsync(type, cancellationToken) is { } describe && LookupPath.Of(describe, path) is { } lookup
            && (lookup.IsByUser || lookup.IsByRecordType || await TargetAsync(lookup, cancellationToken) is not null)
            ? lookup.Reference
            : null;
        return field with
        {
            Name = path,
            Createable = reference?.Createable ?? false,
            Updateable = reference?.Updateable ?? false,
            Unique = false,
            Required = false,
        };
    }

    /// <summary>
    /// The object whose records the path tells apart: the first one that it may lead to and where no two have the same value; null when there
    /// is none.
    /// </summary>
    public async Task<string?> TargetAsync(LookupPath path, CancellationToken cancellationToken)
    {
        foreach (var target in path.Reference.ReferenceTo)
        {
            if ((await KnownAsync(target, cancellationToken))?.Schema.Find(path.Field) is { Unique: true })
            {
                return target;
            }
        }

        return null;
    }

    private async Task<FieldSchema?> Follow(string type, string[] steps, int at, CancellationToken cancellationToken)
    {
        if (steps.Length > DeepestPath + 1 || await KnownAsync(type, cancellationToken) is not { } describe)
        {
            return null;
        }

        if (at == steps.Length - 1)
        {
            return describe.Schema.Find(steps[at]);
        }

        if (!describe.Relations.TryGetValue(steps[at], out var relation))
        {
            return null;
        }

        // A polymorphic reference leads to several types: the first one that has the field decides.
        foreach (var target in relation.ReferenceTo)
        {
            if (await Follow(target, steps, at + 1, cancellationToken) is { } field)
            {
                return field;
            }
        }

        return null;
    }

    private async Task<ObjectDescribe> Keep(string type, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var doing = $"describe of {type}";
        using var document = JsonDocument.Parse(await Body.RequireAsync(answer, doing, cancellationToken));
        if (document.RootElement.ValueKind is not JsonValueKind.Object)
        {
            throw new PortException(PortTrouble.Unavailable, $"Salesforce: {doing}: the answer describes no object.");
        }

        var describe = DescribeReader.Read(document.RootElement, type);
        _entries[type] = new Entry(describe, LastModified(answer), time.GetUtcNow());
        return describe;
    }

    private bool IsOld(Entry entry) => time.GetUtcNow() - entry.At >= Keeps;

    // Sent back exactly as it came. Without one, the time of the answer says the same.
    private static string? LastModified(HttpResponseMessage answer) =>
        answer.Content.Headers.TryGetValues("Last-Modified", out var modified) ? modified.FirstOrDefault()
            : answer.Headers.TryGetValues("Last-Modified", out modified) ? modified.FirstOrDefault()
            : answer.Headers.Date?.ToString("r");

    private sealed record Entry(ObjectDescribe? Describe, string? LastModified, DateTimeOffset At);
}
