using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Associations in the shape of fields: <c>associations.companies.primary</c> holds the id of a contact's primary company.</summary>
internal sealed class LinkFields(HubSpotAssociations associations)
{
    /// <summary>The path as a field; null when the two objects have no such link.</summary>
    public async Task<FieldSchema?> DescribeAsync(string objectType, string path, CancellationToken cancellationToken) =>
        LinkPath.Of(path) is { } link && (await associations.FindAsync(objectType, link.Object, cancellationToken) ?? []).Any(link.Is)
            ? new FieldSchema(path, new FieldType(FieldKind.MultiPicklist)) { ReferenceTo = [link.Object] }
            : null;

    /// <summary>The records with their links, where links are wanted. One request for up to a thousand records and each object.</summary>
    public async Task<IReadOnlyList<CrmRecord>> FillAsync(CrmRead read, IReadOnlyList<CrmRecord> records, CancellationToken cancellationToken)
    {
        var wanted = read.Fields.Index().Select(field => (At: field.Index, Link: LinkPath.Of(field.Item.Name))).Where(field => field.Link is not null).ToList();
        var ids = records.Where(record => record.Presence is CrmPresence.Live).Select(record => record.Id).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0 || ids.Count == 0)
        {
            return records;
        }

        var filled = records.Select(record => record with { Values = [.. record.Values] }).ToList();
        foreach (var fields in wanted.GroupBy(field => field.Link!.Object))
        {
            var links = await associations.ReadAsync(read.Object, fields.Key, ids, cancellationToken);
            foreach (var record in filled.Where(record => record.Presence is CrmPresence.Live))
            {
                foreach (var (at, link) in fields)
                {
                    record.Values[at] = link!.ValueOf(links[record.Id]);
                }
            }
        }

        return filled;
    }

    /// <summary>Whether the write is one of links.</summary>
    public static bool IsLinks(CrmWrite write) => write.Fields.Any(field => LinkPath.Of(field.Field) is not null);

    /// <summary>
    /// Writes links: looks what there is, adds what is missing and lets go what was ours and is not wanted any more. A record is done when
    /// all its links are.
    /// </summary>
    /// <returns>One result a write, in order.</returns>
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, IReadOnlyList<CrmWrite> writes, CancellationToken cancellationToken)
    {
        var outcomes = writes.Select(_ => new List<CrmWriteResult>()).ToList();
        var stored = writes.Select(_ => new Dictionary<string, FieldValue>(StringComparer.OrdinalIgnoreCase)).ToList();
        var objects = writes.SelectMany(Paths).Select(field => field.Link.Object).Distinct(StringComparer.Ordinal);
        foreach (var other in objects)
        {
            try
            {
                await WriteAsync(batch, writes, other, outcomes, stored, cancellationToken);
            }
            catch (PortException) when (outcomes.Exists(links => links.Count > 0))
            {
                writes.Index().Where(write => Paths(write.Item).Any(field => field.Link.Object == other)).ToList()
                    .ForEach(write => outcomes[write.Index].Add(WriteResults.NotSent(write.Item.Id)));
            }
        }

        return [.. writes.Zip(outcomes, stored).Select(each => Whole(each.First, each.Second, each.Third))];
    }

    private async Task WriteAsync(
        CrmWriteBatch batch, IReadOnlyList<CrmWrite> writes, string other, List<List<CrmWriteResult>> outcomes,
        List<Dictionary<string, FieldValue>> stored, CancellationToken cancellationToken)
    {
        var present = await associations.ReadAsync(batch.Object, other, [.. writes.Select(write => write.Id!)], cancellationToken);
        foreach (var (write, told) in writes.Zip(stored))
        {
            foreach (var (field, link) in Paths(write).Where(field => field.Link.Object == other))
            {
                told[field.Field] = LinkChange.Stored(field, link, present[write.Id!]);
            }
        }

        var changes = writes.Index()
            .SelectMany(write => LinkChange.Of(write.Item, [.. Paths(write.Item).Where(field => field.Link.Object == other)], present[write.Item.Id!])
                .Select(change => (write.Index, Change: change)))
            .ToList();
        if (changes.Count == 0)
        {
            return;
        }

        var links = new CrmLinkBatch(batch.Object, other, [.. changes.Select(change => change.Change)], batch.SendBy);
        foreach (var (change, result) in changes.Zip(await associations.WriteAsync(links, cancellationToken)))
        {
            outcomes[change.Index].Add(Told(change.Change, result));
        }
    }

    private static IEnumerable<(CrmFieldWrite Field, LinkPath Link)> Paths(CrmWrite write) =>
        write.Fields.Select(field => (field, LinkPath.Of(field.Field)!));

    // Of two records one is not there. A record that went into another is known by the id of what is left; else it is the other one, or a
    // record that the next read will not find.
    private static CrmWriteResult Told(CrmLinkWrite write, CrmWriteResult result) => result.Outcome is not WriteOutcome.Missing || result.Id != write.FromId
        ? result
        : write.Kind is CrmLinkWriteKind.Unlink or CrmLinkWriteKind.Unlabel
            ? result with { Outcome = WriteOutcome.Confirmed }
            : new CrmWriteResult(WriteOutcome.Rejected, write.FromId)
            {
                Error = new CrmError("reference", RetryRule.Later, "OBJECT_NOT_FOUND", $"Of {write.FromId} and {write.ToId} one is not there any more, so they cannot be associated."),
            };

    private static CrmWriteResult Whole(CrmWrite write, List<CrmWriteResult> links, Dictionary<string, FieldValue> stored) =>
        links.OrderBy(link => Weight(link.Outcome)).FirstOrDefault(link => link.Outcome is not WriteOutcome.Confirmed)
        ?? new CrmWriteResult(WriteOutcome.Confirmed, write.Id)
        {
            Stored = stored,
        };

    // What may still happen weighs most, then what says that the record is another one.
    private static int Weight(WriteOutcome outcome) => outcome switch
    {
        WriteOutcome.Unknown => 0,
        WriteOutcome.Missing => 1,
        WriteOutcome.Moved => 2,
        _ => 3,
    };
}
