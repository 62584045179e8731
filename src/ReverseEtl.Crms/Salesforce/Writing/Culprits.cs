using System.Text.RegularExpressions;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Finds the records that spoil a request when the error names their field: those that write it, and no others.</summary>
internal static partial class Culprits
{
    public static IReadOnlySet<int> Of(CrmWriteBatch batch, WriteSlice slice, IReadOnlyList<SalesforceError> errors)
    {
        var names = errors.SelectMany(error => Column().Matches(error.Message)).Select(match => match.Groups["name"].Value)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

        // A missing key column is in every record: no single one is to blame.
        names.Remove(batch.KeyField);
        return slice.Items.Where(item => item.Write.Fields.Any(field => names.Contains(field.Field))).Select(item => item.At).ToHashSet();
    }

    [GeneratedRegex(@"No such column '(?<name>[^']+)'|Field name not found : (?<name>[\w.:]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Column();
}
