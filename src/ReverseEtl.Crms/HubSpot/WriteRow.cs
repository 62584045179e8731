using ReverseEtl.Core.Values;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>One record of a write batch on its way: what is sent for it, and how answers are tied to it.</summary>
/// <param name="Index">Its place in the caller's batch.</param>
/// <param name="Write">What to write.</param>
/// <param name="Input">What is sent.</param>
/// <param name="KeyField">The property that tells the record; null for its id.</param>
/// <param name="Identity">The id or key in the form in which HubSpot compares it; empty when there is none.</param>
internal sealed record WriteRow(int Index, CrmWrite Write, WireInput Input, string? KeyField, string Identity)
{
    private const int LongestTrace = 64;

    /// <summary>The resource of the object type that carries it out.</summary>
    public WriteOperation Operation { get; } = WriteOperation.Of(Write);

    /// <summary>Makes the rows of a batch. Input ids and traces are the ones that HubSpot compares and echoes.</summary>
    public static IEnumerable<WriteRow> Of(HubSpotObject type, CrmWriteBatch batch)
    {
        var traces = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < batch.Writes.Count; index++)
        {
            var trace = Trace(batch.Writes[index].Trace);
            yield return Of(type, batch, index, traces.Add(trace) ? trace : $"{trace}.{index}");
        }
    }

    /// <summary>Whether HubSpot's record is the answer to this row.</summary>
    public bool Owns(HubSpotObject type, WireRecord record)
    {
        if (record.ObjectWriteTraceId is { Length: > 0 } trace)
        {
            return trace == Input.ObjectWriteTraceId;
        }

        return KeyField is { } key
            ? record.Property(key) is { } value && string.Equals(type.NormalKey(key, value), Identity, StringComparison.OrdinalIgnoreCase)
            : record.Id == Identity;
    }

    /// <summary>Whether the error names this row, by its trace id, else by its id or key.</summary>
    public bool IsBlamed(HubSpotObject type, WireError error)
    {
        var traces = error.In("objectWriteTraceId");
        if (traces.Count > 0)
        {
            return Input.ObjectWriteTraceId is { } trace && traces.Contains(trace, StringComparer.Ordinal);
        }

        var key = KeyField ?? HubSpotObject.RecordId;
        return error.In("ids").Concat(error.In("id")).Concat(error.In(key))
            .Any(id => string.Equals(type.NormalKey(key, id), Identity, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether the row writes the property.</summary>
    public bool Writes(string property) => Input.Properties?.Keys.Any(name => HubSpotObject.Same(name, property)) is true;

    private static WriteRow Of(HubSpotObject type, CrmWriteBatch batch, int index, string trace)
    {
        var write = batch.Writes[index];
        if (write.Kind is not CrmWriteKind.Upsert)
        {
            var id = write.Id ?? "";
            return new WriteRow(index, write, write.Kind is CrmWriteKind.Update
                ? new WireInput(id) { ObjectWriteTraceId = trace, Properties = Properties(type, batch, write) }
                : new WireInput(id), null, id);
        }

        var key = type.NormalKey(batch.KeyField, write.Key ?? "");
        var input = new WireInput(write.OnlyNew ? null : key)
        {
            IdProperty = write.OnlyNew ? null : batch.KeyField,
            ObjectWriteTraceId = trace,
            Properties = Properties(type, batch, write),
        };
        return new WriteRow(index, write, input, batch.KeyField, key);
    }

    private static Dictionary<string, string> Properties(HubSpotObject type, CrmWriteBatch batch, CrmWrite write)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in write.Fields)
        {
            if (value.IsSeen)
            {
                var field = batch.Schema.Find(name);
                properties[field?.Name ?? name] = HubSpotValues.Write(field?.Type ?? new FieldType(FieldKind.Text), value);
            }
        }

        // An upsert by address sets the address by itself; sending a contact's second address would make it the main one.
        if (write.Key is { Length: > 0 } key && (write.Kind is CrmWriteKind.Update || write.OnlyNew || !type.IsEmailKey(batch.KeyField)))
        {
            properties[batch.KeyField] = type.NormalKey(batch.KeyField, key);
        }

        return properties;
    }

    private static string Trace(string trace) =>
        trace.Length <= LongestTrace && trace.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':')
            ? trace
            : Convert.ToHexStringLower(Fingerprint.OfText(trace).ToBytes());
}
