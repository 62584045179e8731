namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The properties an answer shows, in their order; made once for all records of the answer.</summary>
internal sealed class PropertySelection
{
    private PropertySelection(IReadOnlyList<(string Name, PropertyReader Read)> shown, IReadOnlyList<string> history)
    {
        Shown = shown;
        History = history;
    }

    /// <summary>Alphabetical; unknown names are left out without a word.</summary>
    public IReadOnlyList<(string Name, PropertyReader Read)> Shown { get; }

    public IReadOnlyList<string> History { get; }

    /// <summary>What a read asked for; the type's defaults when it asked for nothing.</summary>
    public static PropertySelection Requested(ObjectModel model, IReadOnlyList<string> names, IReadOnlyList<string> history)
    {
        var wanted = names.Count == 0 && history.Count == 0 ? model.Type.Defaults : [.. names, .. history];
        return Of(model, wanted, [.. history.Distinct().Where(h => model.Properties.Find(h) is not null)]);
    }

    /// <summary>What a write's answer echoes.</summary>
    public static PropertySelection Written(ObjectModel model, IEnumerable<string> names) => Of(model, names, []);

    private static PropertySelection Of(ObjectModel model, IEnumerable<string> names, IReadOnlyList<string> history) => new(
        [
            .. names.Concat(model.Type.Always).Distinct().Where(n => model.Properties.Find(n) is not null)
                .Order(StringComparer.Ordinal).Select(n => (n, model.Reader(n))),
        ],
        history);
}
