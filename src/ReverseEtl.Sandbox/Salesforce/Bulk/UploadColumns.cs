using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The columns of an upload, looked up once, and the rows they make.</summary>
internal sealed class UploadColumns
{
    private readonly Org _org;
    private readonly ObjectType _type;
    private readonly string[] _header;
    private readonly Column[] _columns;

    /// <summary>Throws <see cref="BulkFailure"/> for a column that is no field, hidden ones included (reference §5.1).</summary>
    public UploadColumns(Org org, ObjectType type, string[] header)
    {
        (_org, _type, _header) = (org, type, header);
        _columns = [.. header.Select(Bind)];
        if (header.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            throw new BulkFailure($"InvalidBatch : Duplicate field name found : {repeated.Key}");
        }
    }

    /// <summary>Whether Id is the only column, as deletes need it.</summary>
    public bool IsIdOnly => _columns is [{ Field.Kind: FieldKind.Id, Parent: null }];

    /// <summary>A row that cannot be read, for the write log.</summary>
    public RowInput Blank(string[] cells) => new(_type, () => Source(cells), [], [], null, false);

    /// <summary>Reads a row; throws <see cref="SalesforceException"/> for a cell that does not fit its field.</summary>
    public RowInput Read(string[] cells)
    {
        var values = new List<(FieldDefinition, object?)>(_columns.Length);
        var parents = new List<ParentKey>();
        string? id = null;
        for (var i = 0; i < _columns.Length; i++)
        {
            var (column, cell) = (_columns[i], cells[i]);
            if (cell.Length == 0)
            {
                continue;
            }

            if (column.Parent is not null && !(cell == CellText.Null && _org.Switches.BulkNullClearsRelationships))
            {
                parents.Add(new ParentKey(column.Field, column.Parent, column.Key!, cell));
            }
            else if (column.Field.Kind == FieldKind.Id)
            {
                id = cell;
            }
            else
            {
                values.Add((column.Field, CellText.Parse(column.Field, cell, _org.Switches)));
            }
        }

        return new RowInput(_type, () => Source(cells), values, parents, id, id is not null);
    }

    private Column Bind(string name)
    {
        if (_type.Field(name) is { } field && _org.Schema.Visible(_type, field))
        {
            return new Column(field, null, null);
        }

        return Relationship(name) ?? throw new BulkFailure($"InvalidBatch : Field name not found : {name}");
    }

    /// <summary>
    /// <c>Account.Warehouse_Id__c</c> or, for polymorphic parents and only for them, <c>User:Owner.Username</c> (reference §5.4).
    /// </summary>
    private Column? Relationship(string name)
    {
        var colon = name.IndexOf(':');
        var prefix = colon < 0 ? null : name[..colon];
        if (name[(colon + 1)..].Split('.') is not [var relationship, var keyName]
            || _type.Relationship(relationship) is not { } reference
            || !_org.Schema.Visible(_type, reference)
            || reference.Polymorphic != (prefix is not null))
        {
            return null;
        }

        var target = prefix ?? reference.ReferenceTo[0];
        return reference.ReferenceTo.Contains(target) && _org.Schema.Find(target) is { } parent
            && parent.Field(keyName) is { IsLookupKey: true } key && _org.Schema.Visible(parent, key)
            ? new Column(reference, parent, key)
            : null;
    }

    private JsonObject Source(string[] cells)
    {
        var body = new JsonObject();
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length > 0)
            {
                body[_header[i]] = cells[i] == CellText.Null ? null : cells[i];
            }
        }

        return body;
    }

    /// <param name="Field">The field to set.</param>
    /// <param name="Parent">The object whose key names the parent; null for a plain field.</param>
    /// <param name="Key">The parent's key; null for a plain field.</param>
    private sealed record Column(FieldDefinition Field, ObjectType? Parent, FieldDefinition? Key);
}
