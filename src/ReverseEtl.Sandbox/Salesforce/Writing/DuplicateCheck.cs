using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Runs the active duplicate rules on records that are new or whose matched value changes (reference §6.6).</summary>
internal sealed class DuplicateCheck(Org org)
{
    public void Run(ObjectType type, string id, object?[]? before, object?[] values, WriteCall call)
    {
        foreach (var rule in org.DuplicateRules(type))
        {
            var field = type[rule.Field];
            if ((call.AllowDuplicates && !rule.Blocks)
                || values[field.Ordinal] is not string value
                || (before is not null && field.Ordinal < before.Length && Equals(before[field.Ordinal], value)))
            {
                continue;
            }

            var matches = org.Table(type).Index(field)!.Find(value).Where(r => r.Id != id).Select(r => r.Id).ToList();
            if (matches.Count > 0)
            {
                throw new SalesforceException(400, new SalesforceError("DUPLICATES_DETECTED", "Use one of these records?")
                {
                    Duplicates = new DuplicateResult(!rule.Blocks, rule.Name, type.Name, matches),
                });
            }
        }
    }
}
