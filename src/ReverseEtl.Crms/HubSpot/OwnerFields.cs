using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Owners in the shape of fields: <c>hubspot_owner_id.email</c> holds the address of the owner whose id the property holds.</summary>
internal sealed class OwnerFields(OwnerDirectory directory)
{
    /// <summary>The path as a field; null when the property is not there or the path is none of this kind.</summary>
    /// <exception cref="PortException">The owners cannot be read, which the token needs a scope for.</exception>
    public async Task<FieldSchema?> DescribeAsync(SideSchema? schema, string path, CancellationToken cancellationToken)
    {
        if (OwnerPath.PropertyOf(path) is not { } property || schema?.Find(property) is not { } field || !field.ReferenceTo.Contains(OwnerPath.Owners))
        {
            return null;
        }

        await directory.ReadAsync(_ => true, cancellationToken);
        return new FieldSchema(path, new FieldType(FieldKind.Email)) { Createable = field.Createable, Updateable = field.Updateable };
    }

    /// <summary>The records with addresses in the place of the ids that were read. An id that is nobody's is a value that cannot be seen.</summary>
    public async Task<IReadOnlyList<CrmRecord>> FillAsync(CrmRead read, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var wanted = read.Fields.Index().Where(field => OwnerPath.PropertyOf(field.Item.Name) is not null).Select(field => field.Index).ToList();
        if (wanted.Count == 0 || records.Count == 0)
        {
            return records;
        }

        var ids = records.SelectMany(record => wanted.Select(at => record.Values[at].Text)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var owners = await directory.ReadAsync(known => ids.All(known.Emails.ContainsKey), cancellationToken);
        var filled = records.Select(record => record with { Values = [.. record.Values] }).ToList();
        foreach (var record in filled)
        {
            wanted.ForEach(at => record.Values[at] = EmailOf(owners, record.Values[at]));
        }

        return filled;
    }

    /// <summary>Histories of the properties behind such paths, as those of the paths.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> TellAsync(
        IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>> histories, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var paths = fields.Where(field => OwnerPath.PropertyOf(field) is not null)
            .ToLookup(field => OwnerPath.PropertyOf(field)!, StringComparer.OrdinalIgnoreCase);
        if (paths.Count == 0)
        {
            return histories;
        }

        var owners = await directory.ReadAsync(_ => true, cancellationToken);
        return histories.ToDictionary(
            history => history.Key,
            history => (IReadOnlyList<FieldEvent>)[.. history.Value.SelectMany(e => paths[e.Field]
                .Select(path => e with { Field = path, Value = EmailOf(owners, e.Value) })
                .Concat(fields.Contains(e.Field, StringComparer.OrdinalIgnoreCase) ? [e] : []))],
            StringComparer.Ordinal);
    }

    /// <summary>Writes with ids in the place of addresses. An address that tells no owner, or more than one, is a rejected record.</summary>
    /// <returns>One result a write, in order.</returns>
    /// <exception cref="PortException">The owners cannot be read; nothing was sent then.</exception>
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(
        CrmWriteBatch batch, Func<CrmWriteBatch, Task<IReadOnlyList<CrmWriteResult>>> write, CancellationToken cancellationToken)
    {
        var emails = batch.Writes.SelectMany(one => one.Fields).Where(field => OwnerPath.PropertyOf(field.Field) is not null)
            .Select(field => field.Value.Text?.Trim()).OfType<string>().Where(text => text.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (!batch.Writes.Any(one => one.Fields.Any(field => OwnerPath.PropertyOf(field.Field) is not null)))
        {
            return await write(batch);
        }

        var owners = emails.Count == 0 ? null : await directory.ReadAsync(known => emails.All(known.Ids.Contains), cancellationToken);
        var translated = batch.Writes.Select(one => Translate(owners, one)).ToList();
        var sending = translated.Where(one => one.Error is null).Select(one => one.Write).ToList();
        var results = new Queue<CrmWriteResult>(sending.Count == 0 ? [] : await write(batch with { Writes = sending }));
        return [.. translated.Zip(batch.Writes, (one, asked) => one.Error is { } error
            ? new CrmWriteResult(WriteOutcome.Rejected, asked.Id) { Error = error }
            : Stored(owners, asked, results.Dequeue()))];
    }

    private static (CrmWrite Write, CrmError? Error) Translate(OwnerDirectory.Owners? owners, CrmWrite write)
    {
        var fields = new List<CrmFieldWrite>(write.Fields.Count);
        foreach (var field in write.Fields)
        {
            if (OwnerPath.PropertyOf(field.Field) is not { } property)
            {
                fields.Add(field);
            }
            else if (field.Value.Text?.Trim() is not { Length: > 0 } email)
            {
                fields.Add(new CrmFieldWrite(property, field.Value.IsSeen ? FieldValue.Null : field.Value));
            }
            else if (owners!.Ids[email].ToList() is [var id])
            {
                fields.Add(new CrmFieldWrite(property, FieldValue.Of(id)));
            }
            else
            {
                var count = owners.Ids[email].Count();
                var problem = count == 0 ? "no active owner has this address" : $"{count} active owners have this address";
                return (write, new CrmError("reference", RetryRule.Later, "NO_SINGLE_MATCH", $"{field.Field}: {problem}") { Fields = [field.Field] });
            }
        }

        return (write with { Fields = fields }, null);
    }

    private static CrmWriteResult Stored(OwnerDirectory.Owners? owners, CrmWrite asked, CrmWriteResult result)
    {
        if (result.Stored is not { } stored)
        {
            return result;
        }

        var all = new Dictionary<string, FieldValue>(stored, StringComparer.OrdinalIgnoreCase);
        foreach (var path in asked.Fields.Select(field => field.Field))
        {
            if (OwnerPath.PropertyOf(path) is { } property && all.Remove(property, out var id) && EmailOf(owners, id) is { IsSeen: true } email)
            {
                all[path] = email;
            }
        }

        return result with { Stored = all };
    }

    private static FieldValue EmailOf(OwnerDirectory.Owners? owners, FieldValue id) =>
        id.State is not ValueState.Value ? id
        : owners?.Emails.TryGetValue(id.Text!, out var email) is true ? FieldValue.Of(email)
        : FieldValue.NotObserved;
}
