namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>An org's triggers and validation rules, by object.</summary>
internal sealed class SaveHooks
{
    private readonly Dictionary<string, List<Action<SaveContext>>> _triggers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<Func<SaveContext, SalesforceError?>>> _rules = new(StringComparer.OrdinalIgnoreCase);

    public void AddTrigger(string type, Action<SaveContext> trigger) => Of(_triggers, type).Add(trigger);

    public void AddRule(string type, Func<SaveContext, SalesforceError?> rule) => Of(_rules, type).Add(rule);

    public bool Any(string type) => _triggers.ContainsKey(type) || _rules.ContainsKey(type);

    public void RunTriggers(SaveContext save)
    {
        foreach (var trigger in _triggers.GetValueOrDefault(save.Type) ?? [])
        {
            trigger(save);
        }
    }

    public void CheckRules(SaveContext save)
    {
        foreach (var rule in _rules.GetValueOrDefault(save.Type) ?? [])
        {
            if (rule(save) is { } error)
            {
                throw new SalesforceException(400, error);
            }
        }
    }

    private static List<T> Of<T>(Dictionary<string, List<T>> byType, string type)
    {
        if (!byType.TryGetValue(type, out var list))
        {
            byType[type] = list = [];
        }

        return list;
    }
}
