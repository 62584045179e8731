namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>Row locks held by somebody else, each for a number of attempts.</summary>
internal sealed class RowLocks
{
    private readonly Dictionary<string, int> _attempts = new(StringComparer.Ordinal);

    public void Hold(string id, int times) => _attempts[id] = times;

    /// <summary>The ids among these that are locked now; each costs one attempt.</summary>
    public IReadOnlyList<string> Hit(IEnumerable<string> ids)
    {
        if (_attempts.Count == 0)
        {
            return [];
        }

        var hit = ids.Where(_attempts.ContainsKey).Distinct().ToList();
        foreach (var id in hit)
        {
            if (--_attempts[id] <= 0)
            {
                _attempts.Remove(id);
            }
        }

        return hit;
    }

    public static SalesforceException Failure(IReadOnlyCollection<string> ids) => new(
        "UNABLE_TO_LOCK_ROW",
        $"unable to obtain exclusive access to this record or {ids.Count} records: {string.Join(",", ids)}");
}
