using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>HubSpot's records as the port's.</summary>
internal sealed class HubSpotRecords(HubSpotObject type, CrmRead read, SeenVersions own)
{
    /// <summary>The properties to ask for: the mapped ones, the key and those that tell version, merges and author.</summary>
    public IReadOnlyList<string> Properties { get; } =
        [.. read.Fields.Where(field => LinkPath.Of(field.Name) is null).Select(field => OwnerPath.PropertyOf(field.Name) ?? field.Name)
            .Concat([read.KeyField, type.LastModified, HubSpotObject.MergedIds, HubSpotObject.UpdatedBy])
            .Concat(type.IsEmailKey(read.KeyField) ? [HubSpotObject.MoreEmails] : [])
            .Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>A live or archived record. A mapped property that HubSpot left out of its answer is not visible to this token.</summary>
    public CrmRecord Of(WireRecord record)
    {
        var version = Version(type, record);
        var presence = record.IsArchived ? CrmPresence.Deleted : CrmPresence.Live;
        var isOurs = own.Holds(type, record.Id, version);
        return new CrmRecord(record.Id, presence, version, Values(record))
        {
            Key = record.Property(read.KeyField),
            MergedIds = HubSpotObject.SplitIds(record.Property(HubSpotObject.MergedIds)),
            LastChangedByUs = isOurs,
            LastChangedBy = isOurs ? null : record.Property(HubSpotObject.UpdatedBy),
        };
    }

    /// <summary>A record that went into another one.</summary>
    public CrmRecord Merged(WireRecord record, string survivor) => Of(record) with
    {
        Presence = CrmPresence.Merged,
        MergedInto = survivor,
        MergedIds = [],
    };

    /// <summary>
    /// When the record was last changed: its last-modified property, which a search filters by, or the time stamp beside it. For an
    /// archived record not before it was archived.
    /// </summary>
    public static DateTimeOffset Version(HubSpotObject type, WireRecord record)
    {
        if (!HubSpotValues.TryInstant(record.Property(type.LastModified), out var changed)
            && !HubSpotValues.TryInstant(record.UpdatedAt, out changed))
        {
            HubSpotValues.TryInstant(record.CreatedAt, out changed);
        }

        return HubSpotValues.TryInstant(record.ArchivedAt, out var archived) && archived > changed ? archived : changed;
    }

    private FieldValue[] Values(WireRecord record)
    {
        var values = new FieldValue[read.Fields.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = record.TryProperty(OwnerPath.PropertyOf(read.Fields[i].Name) ?? read.Fields[i].Name, out var raw)
                ? HubSpotValues.Read(read.Fields[i].Type, raw)
                : FieldValue.NotObserved;
        }

        return values;
    }
}
