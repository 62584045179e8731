using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Writes the history rows of tracked fields, within the same transaction as the change (reference §6.11).</summary>
internal sealed class FieldHistory(Org org, RowReader reader)
{
    private const int LongText = 255;

    public void Write(ObjectType type, string id, object?[]? before, object?[] values, WriteCall call)
    {
        if (org.Tracked(type) is not { } tracked)
        {
            return;
        }

        if (before is null)
        {
            Add(type, id, "created", "Text", null, null, call);
            return;
        }

        foreach (var field in tracked)
        {
            var (old, now) = (field.Ordinal < before.Length ? before[field.Ordinal] : null, values[field.Ordinal]);
            if (!Equals(old, now))
            {
                Change(type, id, field, old, now, call);
            }
        }
    }

    private void Change(ObjectType type, string id, FieldDefinition field, object? old, object? now, WriteCall call)
    {
        switch (field.Kind)
        {
            // Lookups write two rows: the names, and the ids.
            case FieldKind.Reference:
                Add(type, id, field.Name, "Text", NameOf(old), NameOf(now), call);
                Add(type, id, field.Name, "EntityId", old, now, call);
                break;
            case FieldKind.TextArea or FieldKind.MultiPicklist when field.Length > LongText:
                Add(type, id, field.Name, "Text", null, null, call);
                break;
            default:
                Add(type, id, field.Name, DataType(field), old, now, call);
                break;
        }
    }

    private static string DataType(FieldDefinition field) => field.Kind switch
    {
        FieldKind.Boolean => "Boolean",
        FieldKind.Integer or FieldKind.Number => "Double",
        FieldKind.Date => "DateOnly",
        FieldKind.DateTime => "DateTime",
        _ => "Text",
    };

    private string? NameOf(object? id) =>
        id is string text && org.Find(text) is { } record && record.Type.Field("Name") is { } name
            ? reader.Read(record, record.Latest, name) as string
            : null;

    private void Add(ObjectType type, string id, string field, string dataType, object? old, object? now, WriteCall call)
    {
        var history = org.Schema.Get(CustomObject.HistoryName(type));
        var values = history.Defaults();
        values[history.Fields.First(f => f.Kind == FieldKind.Reference && f.ReferenceTo.Contains(type.Name)).Ordinal] = id;
        values[history["Field"].Ordinal] = field;
        values[history["DataType"].Ordinal] = dataType;
        values[history["OldValue"].Ordinal] = old;
        values[history["NewValue"].Ordinal] = now;
        values[history.CreatedById.Ordinal] = call.UserId;
        values[history.CreatedDate.Ordinal] = org.Now;
        org.Add(history, org.NextId(history), values, call.CommitDelay);
    }
}
