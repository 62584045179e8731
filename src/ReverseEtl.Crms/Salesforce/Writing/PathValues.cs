using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Crms.Salesforce.Querying;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// Turns values that tell a related record into what Salesforce takes: users and record types into their ids, everything else into a column
/// of the relation, so that Salesforce finds the record itself.
/// </summary>
internal sealed class PathValues(DescribeCache describes, UserDirectory users)
{
    /// <summary>The writes as they can be sent, and why some cannot.</summary>
    /// <exception cref="PortException">Users could not be looked up.</exception>
    public async Task<IReadOnlyList<(CrmWrite Write, CrmError? Error)>> ResolveAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Writes.Any(write => write.Fields.Any(IsPath))
            || await describes.KnownAsync(batch.Object, cancellationToken) is not { } describe)
        {
            return [.. batch.Writes.Select(write => (write, (CrmError?)null))];
        }

        var users = await UsersAsync(describe, batch, cancellationToken);
        var targets = await TargetsAsync(describe, batch, cancellationToken);
        return [.. batch.Writes.Select(write => Resolve(describe, users, targets, write))];
    }

    private static bool IsPath(CrmFieldWrite field) => field.Field.Contains('.', StringComparison.Ordinal);

    private async Task<IReadOnlyDictionary<string, ILookup<string, string>>> UsersAsync(
        ObjectDescribe describe, CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, ILookup<string, string>>(StringComparer.OrdinalIgnoreCase);
        var asked = batch.Writes.SelectMany(write => write.Fields).Where(field => IsPath(field) && field.Value.State is ValueState.Value)
            .Select(field => (Path: LookupPath.Of(describe, field.Field), Text: field.Value.Text!))
            .Where(item => item.Path is { IsByUser: true } && !string.IsNullOrWhiteSpace(item.Text))
            .GroupBy(item => item.Path!.Field, item => item.Text, StringComparer.OrdinalIgnoreCase);
        foreach (var group in asked)
        {
            known[group.Key] = await users.FindAsync(group.Key, [.. group], cancellationToken);
        }

        return known;
    }

    // A reference that leads to one object leads there, whatever is known of it: Salesforce itself tells what is wrong with the field.
    private async Task<IReadOnlyDictionary<string, string>> TargetsAsync(
        ObjectDescribe describe, CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        var targets = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in batch.Writes.SelectMany(write => write.Fields).Where(IsPath).Select(field => field.Field)
            .Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (LookupPath.Of(describe, name) is { IsByUser: false, IsByRecordType: false } path
                && (path.Reference.ReferenceTo is [var only] ? only : await describes.TargetAsync(path, cancellationToken)) is { } target)
            {
                targets[name] = target;
            }
        }

        return targets;
    }

    private static (CrmWrite Write, CrmError? Error) Resolve(
        ObjectDescribe describe, IReadOnlyDictionary<string, ILookup<string, string>> users, IReadOnlyDictionary<string, string> targets, CrmWrite write)
    {
        var fields = new List<CrmFieldWrite>(write.Fields.Count);
        foreach (var field in write.Fields)
        {
            if (!IsPath(field))
            {
                fields.Add(field);
                continue;
            }

            if (LookupPath.Of(describe, field.Field) is not { } path)
            {
                return (write, Error(field, "schema", "INVALID_FIELD", "leads to no record that could be told by it"));
            }

            switch (Value(describe, users, targets.GetValueOrDefault(field.Field), path, field.Value))
            {
                case (null, { } problem):
                    return (write, Error(field, "reference", "NO_SINGLE_MATCH", problem));
                case ({ } column, _):
                    fields.Add(column);
                    break;
            }
        }

        return (write with { Fields = fields }, null);
    }

    private static (CrmFieldWrite? Column, string? Problem) Value(
        ObjectDescribe describe, IReadOnlyDictionary<string, ILookup<string, string>> users, string? target, LookupPath path, FieldValue value)
    {
        if (value.State is not ValueState.Value || string.IsNullOrWhiteSpace(value.Text))
        {
            // A relation is cleared through the field that refers (§3.2).
            return (new CrmFieldWrite(path.Reference.Name, value.IsSeen ? FieldValue.Null : value), null);
        }

        var text = value.Text.Trim();
        if (path.IsByUser)
        {
            return users[path.Field][text].ToList() switch
            {
                [var only] => (new CrmFieldWrite(path.Reference.Name, FieldValue.Of(only)), null),
                [] => (null, "no active user has this value"),
                var several => (null, $"{several.Count} active users have this value"),
            };
        }

        if (path.IsByRecordType)
        {
            return describe.RecordTypes.TryGetValue(text, out var id)
                ? (new CrmFieldWrite(path.Reference.Name, FieldValue.Of(id)), null)
                : (null, "the object has no such record type that the integration user may give");
        }

        return target is not null
            ? (new CrmFieldWrite(path.Column(describe, target), value), null)
            : (null, "the reference leads to no object that could be told by it");
    }

    private static CrmError Error(CrmFieldWrite field, string kind, string code, string problem) =>
        new(kind, kind == "reference" ? RetryRule.Later : RetryRule.AfterChange, code, $"{field.Field}: {problem}") { Fields = [field.Field] };
}
