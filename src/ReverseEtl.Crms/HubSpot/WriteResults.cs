using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>Makes the port's results from HubSpot's answers.</summary>
internal sealed class WriteResults(HubSpotObject type, CrmWriteBatch batch, Warnings warnings)
{
    private static readonly FieldType Text = new(FieldKind.Text);

    /// <summary>
    /// HubSpot returned the record. An update that comes back under another id found its record merged away; whether what is left of it may be
    /// written is not ours to say, and other writes of the batch may have met the same one.
    /// </summary>
    public CrmWriteResult Confirmed(WriteRow row, WireRecord record)
    {
        // Which property, and not which value: that may be a person's date of birth.
        warnings.Tell((record.Warnings ?? []).SelectMany(warning => warning.Context?.GetValueOrDefault("propertyName") ?? [])
            .Select(name => $"HubSpot stores {name} of {type.Type} in a form of its own; what it stored is what counts from then on."));
        return row.Write.Id is { } asked && asked != record.Id ? new CrmWriteResult(WriteOutcome.Missing, record.Id) : Written(row, record);
    }

    private CrmWriteResult Written(WriteRow row, WireRecord record) => new(WriteOutcome.Confirmed, record.Id)
    {
        Created = row.Write.OnlyNew || (row.Write.Kind is CrmWriteKind.Upsert && IsNew(record)),
        Stored = Stored(row, record),
        Version = HubSpotRecords.Version(type, record) is { UtcTicks: > 0 } version ? version : null,
    };

    /// <summary>HubSpot named the row in an error.</summary>
    public static CrmWriteResult Refused(WriteRow row, WireError error) =>
        row.Write.Kind is not CrmWriteKind.Upsert && HubSpotErrors.IsNotFound(error)
            ? new CrmWriteResult(WriteOutcome.Missing, row.Write.Id)
            : Rejected(row, HubSpotErrors.Row(error));

    /// <summary>Nothing was stored, and why.</summary>
    public static CrmWriteResult Rejected(WriteRow row, CrmError error) => new(WriteOutcome.Rejected, row.Write.Id) { Error = error };

    /// <summary>It may have happened or not.</summary>
    public static CrmWriteResult Unknown(WriteRow row) => new(WriteOutcome.Unknown, row.Write.Id);

    /// <summary>The row did not leave, because its time was over.</summary>
    public static CrmWriteResult Overdue(WriteRow row) => new(WriteOutcome.Moved, row.Write.Id);

    /// <summary>
    /// The row was not sent because the connection had trouble meanwhile. That is nothing against the row: it is planned again, and trouble that
    /// lasts is met there.
    /// </summary>
    public static CrmWriteResult NotSent(string? id) => new(WriteOutcome.Moved, id);

    /// <summary>Whether the record holds everything that the row wrote.</summary>
    public bool Holds(WriteRow row, WireRecord record) =>
        Stored(row, record) is var stored
        && (row.Input.Properties ?? new Dictionary<string, string>()).All(property =>
        {
            var field = TypeOf(property.Key);
            return stored.TryGetValue(property.Key, out var value) && field.Same(value, HubSpotValues.Read(field, property.Value));
        });

    // What the answer leaves out is not known, save that a value which was cleared is gone.
    private Dictionary<string, FieldValue> Stored(WriteRow row, WireRecord record)
    {
        var stored = new Dictionary<string, FieldValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, sent) in row.Input.Properties ?? new Dictionary<string, string>())
        {
            if (record.TryProperty(name, out var raw))
            {
                stored[name] = HubSpotValues.Read(TypeOf(name), raw);
            }
            else if (Normalised(record, name) is { } normal)
            {
                stored[name] = HubSpotValues.Read(TypeOf(name), normal);
            }
            else if (sent.Length == 0)
            {
                stored[name] = FieldValue.Null;
            }
        }

        return stored;
    }

    private static string? Normalised(WireRecord record, string name) => record.Warnings?
        .Where(warning => warning.Context?.GetValueOrDefault("propertyName") is [var property, ..] && HubSpotObject.Same(property, name))
        .Select(warning => warning.Context!.GetValueOrDefault("normalizedValue") is [var value, ..] ? value : null)
        .FirstOrDefault();

    private FieldType TypeOf(string name) => batch.Schema.Find(name)?.Type ?? Text;

    private static bool IsNew(WireRecord record) => record.New is { } told
        ? string.Equals(told, "true", StringComparison.OrdinalIgnoreCase)
        : record.CreatedAt is { } created && created == record.UpdatedAt;
}
