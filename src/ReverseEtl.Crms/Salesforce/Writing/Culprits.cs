using System.Text.RegularExpressions;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Finds the records that spoil a request when the error names their field: those that write it, and no others.</summary>
internal static partial class Culprits
{
    public static IReadOnlySet<int> Of(CrmWriteBatch batch, WriteSlice slice, IReadOnlyList<SalesforceError> errors)
    {
        var names = errors.SelectMany(Named).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // A missing key column is in every record: no single one is to blame.
        names.Remove(batch.KeyField);
        return slice.Items.Where(item => item.Write.Fields.Any(field => Steps(field.Field).Any(names.Contains))).Select(item => item.At).ToHashSet();
    }

    private static IEnumerable<string> Named(SalesforceError error) => Column().Matches(error.Message).Select(match => match.Groups["name"].Value)
        .Concat(List().Matches(error.Message).SelectMany(match => match.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries)))

        // Of any other error this is where the trouble lies, which others that write the field need not have.
        .Concat(error.Code.StartsWith("INVALID_FIELD", StringComparison.OrdinalIgnoreCase) ? error.Fields : []);

    // A column of a relation is named whole, by the relation, or by the field behind it.
    private static IEnumerable<string> Steps(string field) =>
        field.Contains('.', StringComparison.Ordinal) ? [field, .. field.Split(':')[^1].Split('.')] : [field];

    [GeneratedRegex(
        @"No such column '(?<name>[^']+)'|Field name not found : (?<name>[\w.:]+)|Didn't understand relationship '(?<name>[^']+)'"
        + @"|foreign key reference does not reference a valid entity: (?<name>\w+)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Column();

    [GeneratedRegex(@"Unable to create/update fields: (?<names>\w+(?:\s*,\s*\w+)*)", RegexOptions.IgnoreCase)]
    private static partial Regex List();
}
