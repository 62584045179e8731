using System.Collections.Concurrent;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>
/// Who is meant by an e-mail address or user name: active users only. Kept for a while, since people do not come and go by the minute.
/// </summary>
internal sealed class UserDirectory(QueryRunner queries, TimeProvider time)
{
    private const string User = "User";
    private static readonly TimeSpan Keeps = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, IReadOnlyList<string> Ids)> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The ids of the users that have each value, without case; none for a value that nobody active has.</summary>
    /// <param name="field">E.g. <c>Email</c>.</param>
    /// <param name="values">The values.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ILookup<string, string>> FindAsync(string field, IReadOnlyCollection<string> values, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asked = values.Select(value => value.Trim()).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var unknown = asked.Where(value => !(_known.TryGetValue(Name(field, value), out var known) && now - known.At < Keeps)).ToList();
        var found = new List<(string Value, string Id)>();
        foreach (var query in Soql.In($"SELECT Id,{field} FROM {User} WHERE IsActive = true AND {field} IN (", unknown.Select(Soql.Text)))
        {
            await foreach (var row in queries.RowsAsync(User, query, deletedToo: false, cancellationToken))
            {
                if (SalesforceId.OfAnswer(row.Cells.Text("Id")) is { } id && row.Cells.Text(field) is { } value)
                {
                    found.Add((value.Trim(), id));
                }
            }
        }

        var ids = found.ToLookup(pair => pair.Value, pair => pair.Id, StringComparer.OrdinalIgnoreCase);
        foreach (var value in unknown)
        {
            _known[Name(field, value)] = (now, [.. ids[value].Distinct(StringComparer.Ordinal)]);
        }

        return asked.SelectMany(value => _known[Name(field, value)].Ids.Select(id => (value, id)))
            .ToLookup(pair => pair.value, pair => pair.id, StringComparer.OrdinalIgnoreCase);
    }

    private static string Name(string field, string value) => $"{field.ToUpperInvariant()} {value}";
}
