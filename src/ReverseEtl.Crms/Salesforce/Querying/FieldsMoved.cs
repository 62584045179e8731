using System.Text.RegularExpressions;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>
/// Marks a query that Salesforce refused because of a field (§2.3): what is known of the object was forgotten, and the next look may do without.
/// </summary>
internal static partial class FieldsMoved
{
    private const string Mark = "ReverseEtl.FieldsMoved";

    public static PortException Marked(PortException failure, IReadOnlyList<SalesforceError> errors)
    {
        failure.Data[Mark] = string.Join(' ', errors.SelectMany(error => Column().Matches(error.Message)).Select(match => match.Groups["name"].Value));
        return failure;
    }

    public static bool Of(PortException failure) => failure.Data.Contains(Mark);

    /// <summary>The columns of a read that the refusal names: fields of the object itself, or else what lies behind a path.</summary>
    public static IReadOnlyList<string> Named(PortException failure, CrmRead read)
    {
        var names = ((string?)failure.Data[Mark] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = read.Fields.Select(field => field.Name).Where(column => names.Contains(column[(column.LastIndexOf('.') + 1)..])).ToList();
        var own = named.Where(names.Contains).ToList();
        return own.Count > 0 ? own : named;
    }

    [GeneratedRegex(@"No such column '(?<name>\w+)'", RegexOptions.IgnoreCase)]
    private static partial Regex Column();
}
