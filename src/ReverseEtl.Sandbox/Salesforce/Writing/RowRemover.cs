using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Deletes, undeletes, purges and merges records (reference §6.5).</summary>
internal sealed class RowRemover(Org org, RowWriter writer, StampedEdits edits)
{
    private const int MostMergedRecords = 3;

    /// <summary>Moves a record to the recycle bin, cascade children first.</summary>
    public void Delete(SfRecord record, WriteCall call) => Delete(record, call, master: null);

    /// <summary>Brings a record back with the children and references that its deletion took.</summary>
    public void Undelete(SfRecord record, WriteCall call)
    {
        if (!record.IsDeleted)
        {
            throw new SalesforceException("UNDELETE_FAILED", "entity is not in the recycle bin");
        }

        foreach (var field in record.Type.Fields.Where(f => f.Unique))
        {
            if (record.Latest[field] is string value && org.Table(record.Type).Index(field)!.Find(value) is [var other, ..])
            {
                throw RowWriter.Duplicate(field, other, org.Switches);
            }
        }

        var entry = org.TakeFromBin(record);
        edits.Change(record, call, userEdit: true, values =>
        {
            values[record.Type.IsDeleted!.Ordinal] = false;
            if (record.Type.MasterRecordId is { } master)
            {
                values[master.Ordinal] = null;
            }
        });
        foreach (var child in entry?.Children ?? [])
        {
            if (child.IsDeleted)
            {
                Undelete(child, call);
            }
        }

        foreach (var (child, name) in entry?.Cleared ?? [])
        {
            var field = child.Type[name];
            if (!child.IsDeleted && child.Latest[field] is null)
            {
                edits.Silently(child, field, record.Id);
            }
        }
    }

    /// <summary>Removes a record for good; nothing but its absence tells of it.</summary>
    public void Purge(SfRecord record)
    {
        if (!record.IsDeleted)
        {
            throw new SalesforceException("PURGE_FAILED", "entity is not in the recycle bin");
        }

        org.Remove(record);
    }

    /// <summary>Losers go to the bin with MasterRecordId set; what points at them points at the winner from then on.</summary>
    public void Merge(SfRecord winner, IReadOnlyCollection<SfRecord> losers, WriteCall call)
    {
        if (!winner.Type.Envelope.Mergeable || losers.Count == 0 || losers.Count >= MostMergedRecords || losers.Contains(winner)
            || losers.Any(l => l.Type != winner.Type))
        {
            throw new SalesforceException("INVALID_OPERATION", "A merge takes one master and one or two others of the same mergeable object");
        }

        writer.RequireWritable(winner);
        foreach (var loser in losers)
        {
            writer.RequireWritable(loser);
            foreach (var (child, field) in Children(loser).Select(c => (c.Record, c.Field)).ToList())
            {
                // Reparenting is the platform's own doing: it moves SystemModstamp, not LastModifiedDate.
                if (!losers.Contains(child))
                {
                    writer.RequireWritable(child);
                    edits.Change(child, call, userEdit: false, values => values[field.Ordinal] = child == winner ? null : winner.Id);
                }
            }

            Delete(loser, call, winner.Id);
        }

        edits.Change(winner, call, userEdit: true, _ => { });
    }

    /// <summary>Moves SystemModstamp and nothing else, as automated processes do (reference §6.1).</summary>
    public void Touch(SfRecord record, WriteCall call) => edits.Change(record, call, userEdit: false, _ => { });

    private void Delete(SfRecord record, WriteCall call, string? master)
    {
        writer.RequireWritable(record);
        if (record.Type.IsDeleted is not { } isDeleted)
        {
            throw new SalesforceException("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
        }

        RefuseRestricted(record);
        var entry = new RecycledRecord(record, org.Now, [], []);
        foreach (var (child, field, link) in Children(record).ToList())
        {
            if (link.Cascade && !child.IsDeleted)
            {
                Delete(child, call, master: null);
                entry.Children.Add(child);
            }
            else if (!link.Cascade)
            {
                writer.RequireWritable(child);
                edits.Silently(child, field, null);
                entry.Cleared.Add((child, field.Name));
            }
        }

        edits.Change(record, call, userEdit: true, values =>
        {
            values[isDeleted.Ordinal] = true;
            if (master is not null)
            {
                values[record.Type.MasterRecordId!.Ordinal] = master;
            }
        });
        org.Recycle(entry);
    }

    private void RefuseRestricted(SfRecord record)
    {
        var blocking = Children(record).Where(c => c.Link.Restrict).Select(c => c.Record).ToList();
        if (blocking.Count > 0)
        {
            throw new SalesforceException(
                "DELETE_FAILED",
                $"Your attempt to delete {record.Id} could not be completed because it is associated with the following " +
                $"{blocking[0].Type.Envelope.LabelPlural.ToLowerInvariant()}.: {string.Join(", ", blocking.Select(b => b.Id))}");
        }
    }

    private IEnumerable<(SfRecord Record, FieldDefinition Field, ChildLink Link)> Children(SfRecord parent)
    {
        foreach (var link in parent.Type.Children)
        {
            var table = org.Table(link.ChildType);
            if (table?.Type.Field(link.Field) is not { } field || table.Index(field) is not { } index)
            {
                continue;
            }

            foreach (var child in index.Find(parent.Id))
            {
                yield return (child, field, link);
            }
        }
    }
}
