using System.Text;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>A mapping bound to its two sides: what to read, how fields compare, what to write. Immutable.</summary>
public sealed class MappingRuntime
{
    private readonly int[] _rowIndex;
    private readonly int[] _recordIndex;
    private readonly FieldType[] _warehouseTypes;
    private readonly FieldType[] _crmTypes;
    private readonly ulong _salt;

    private MappingRuntime(Mapping mapping, IWarehouse warehouse, ICrm crm, SideSchema crmSchema, IReadOnlyList<FieldRule> rules, IReadOnlyList<FieldSchema> crmFields, bool makesKeys)
    {
        MakesKeys = makesKeys;
        Mapping = mapping;
        Warehouse = warehouse;
        Crm = crm;
        CrmSchema = crmSchema;
        Rules = rules;
        _warehouseTypes = [.. rules.Select(r => r.WarehouseType)];
        _crmTypes = [.. rules.Select(r => r.CrmType)];
        var columns = mapping.Fields.Select(f => f.Warehouse).Concat(mapping.Match.Select(m => m.Warehouse)).Distinct(StringComparer.Ordinal).ToList();
        _rowIndex = [.. mapping.Fields.Select(f => columns.IndexOf(f.Warehouse))];
        _recordIndex = [.. mapping.Fields.Select(f => IndexOf(crmFields, f.Crm))];
        MatchColumns = [.. mapping.Match.Select(m => columns.IndexOf(m.Warehouse))];
        MatchFields = [.. mapping.Match.Select(m => IndexOf(crmFields, m.Crm))];
        WarehouseRead = new WarehouseRead(mapping.Warehouse, columns);
        CrmRead = new CrmRead(mapping.Crm.Object, mapping.Crm.Key, crmFields);
        Target = new WarehouseTarget(mapping.Name, mapping.Warehouse.WriteTo, mapping.Warehouse.Key,
            [.. rules.Where(r => r.MayPull).Select(r => new FieldSchema(r.Mapping.Warehouse, r.WarehouseType))]);
        Version = Fingerprint.OfText(Shape(mapping, rules));
        _salt = (ulong)Version.Bits;
    }

    /// <summary>The mapping.</summary>
    public Mapping Mapping { get; }

    /// <summary>Its warehouse.</summary>
    public IWarehouse Warehouse { get; }

    /// <summary>Its CRM.</summary>
    public ICrm Crm { get; }

    /// <summary>The CRM object.</summary>
    public SideSchema CrmSchema { get; }

    /// <summary>One rule a mapped field, in order.</summary>
    public IReadOnlyList<FieldRule> Rules { get; }

    /// <summary>What to read of the model.</summary>
    public WarehouseRead WarehouseRead { get; }

    /// <summary>What to read of the CRM object.</summary>
    public CrmRead CrmRead { get; }

    /// <summary>Where pulled values go.</summary>
    public WarehouseTarget Target { get; }

    /// <summary>Fingerprint of everything that decides what is written.</summary>
    public Fingerprint Version { get; }

    /// <summary>Whether the table makes the key of a new row by itself.</summary>
    internal bool MakesKeys { get; }

    /// <summary>Whether a cycle may write to the warehouse.</summary>
    internal bool WritesRows => Rules.Any(r => r.MayPull) || Mapping.Records is { NewInCrm: not NewRecord.Ignore } or { GoneFromCrm: GoneFromCrm.Delete or GoneFromCrm.Review };

    /// <summary>For every match rule, where its column is in a row.</summary>
    internal IReadOnlyList<int> MatchColumns { get; }

    /// <summary>For every match rule, where its field is in a record.</summary>
    internal IReadOnlyList<int> MatchFields { get; }

    /// <summary>Binds a mapping to its sides by looking at what they offer now.</summary>
    /// <exception cref="PortException">A side cannot be reached, or does not have what the mapping names.</exception>
    public static async Task<MappingRuntime> BindAsync(Mapping mapping, IWarehouse warehouse, ICrm crm, CancellationToken cancellationToken)
    {
        var model = await warehouse.DescribeAsync(mapping.Warehouse, cancellationToken)
            ?? throw Refused(mapping, $"there is no table {mapping.Warehouse.Source} in warehouse '{mapping.Warehouse.Connection}'");
        var schema = await crm.DescribeAsync(mapping.Crm.Object, cancellationToken)
            ?? throw Refused(mapping, $"there is no object {mapping.Crm.Object} in CRM '{mapping.Crm.Connection}', or it is not visible");
        var crmFields = new List<FieldSchema>();
        foreach (var name in mapping.Fields.Select(f => f.Crm).Concat(mapping.Match.Select(m => m.Crm)).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            crmFields.Add(schema.Find(name)
                ?? (name.Contains('.', StringComparison.Ordinal) ? await crm.DescribePathAsync(mapping.Crm.Object, name, cancellationToken) : null)
                ?? throw Refused(mapping, $"{mapping.Crm.Object} has no field {name}, or it is not visible"));
        }

        var rules = mapping.Fields.Select(f => new FieldRule(
            f,
            model.Find(f.Warehouse)?.Type ?? throw Refused(mapping, $"{mapping.Warehouse.Source} has no column {f.Warehouse}"),
            crmFields[IndexOf(crmFields, f.Crm)].Type,
            Lands: mapping.Warehouse.WriteTo is null)).ToList();
        var makesKeys = mapping.Warehouse.Key is [var key] && model.Find(key) is { Required: false } && mapping.Warehouse.WriteTo is not null;
        return new MappingRuntime(mapping, warehouse, crm, schema, rules, crmFields, makesKeys);
    }

    /// <summary>The same mapping over other ports; serves rehearsals.</summary>
    internal MappingRuntime Over(IWarehouse warehouse, ICrm crm) => new(Mapping, warehouse, crm, CrmSchema, Rules, CrmRead.Fields, MakesKeys);

    /// <summary>Where a field's column is in a row.</summary>
    internal int Column(int field) => _rowIndex[field];

    internal FieldValue Value(WarehouseRow row, int field) => row.Values[_rowIndex[field]];

    internal FieldValue Value(CrmRecord record, int field) => record.Values[_recordIndex[field]];

    /// <summary>The value of a CRM field by its name; not observed when it was not read.</summary>
    internal FieldValue Value(CrmRecord record, string crmField) =>
        IndexOf(CrmRead.Fields, crmField) is >= 0 and var at ? record.Values[at] : FieldValue.NotObserved;

    internal Fingerprint Print(WarehouseRow row)
    {
        var values = new FieldValue[Rules.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Value(row, i);
        }

        return Fingerprint.OfRow(_salt, _warehouseTypes, values);
    }

    /// <summary>The record's fingerprint. Whether it carries our key is a part of it, so that a lost key is noticed.</summary>
    internal Fingerprint Print(CrmRecord record, string key)
    {
        var values = new FieldValue[Rules.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Value(record, i);
        }

        return Fingerprint.OfRow(record.Key == key ? _salt : ~_salt, _crmTypes, values);
    }

    private static int IndexOf(IReadOnlyList<FieldSchema> fields, string name)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (fields[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Shape(Mapping mapping, IReadOnlyList<FieldRule> rules)
    {
        var shape = new StringBuilder();
        shape.AppendLine($"{mapping.Warehouse.Connection}|{mapping.Warehouse.Kind}|{mapping.Warehouse.Source}|{string.Join(',', mapping.Warehouse.Key)}|{mapping.Warehouse.WriteTo}");
        shape.AppendLine($"{mapping.Crm}|{mapping.Records}|{string.Join(';', mapping.Match)}");
        foreach (var rule in rules)
        {
            shape.AppendLine($"{rule.Mapping}|{rule.WarehouseType.Kind}|{rule.CrmType.Kind}|{rule.CrmType.Scale}");
        }

        return shape.ToString();
    }

    private static PortException Refused(Mapping mapping, string why) => new(PortTrouble.Refused, $"mapping '{mapping.Name}': {why}");
}
