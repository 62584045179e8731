using System.Text;
using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>A mapping bound to its two sides: what to read, how fields compare, what to write. Immutable.</summary>
public sealed class MappingRuntime
{
    private readonly MappingFacts _facts;
    private readonly int[] _rowIndex;
    private readonly int[] _recordIndex;
    private readonly RowPrint _recordPrint;
    private readonly RowPrint _keylessPrint;

    private MappingRuntime(MappingFacts facts, IWarehouse warehouse, ICrm crm, IReadOnlyList<ParkedLine> parked)
    {
        _facts = facts;
        Mapping = facts.Mapping;
        Warehouse = warehouse;
        Crm = crm;
        CrmSchema = facts.Crm!;
        Parked = parked;
        Rules = [.. Mapping.Fields.Index().Select(f => Rule(facts, f.Item, parked.FirstOrDefault(p => p.Field == f.Index)))];
        var live = Mapping.Fields.Where((_, i) => !Rules[i].IsParked).ToList();
        var columns = live.Select(f => f.Warehouse).Concat(Mapping.Match.Select(m => m.Warehouse)).Distinct(StringComparer.Ordinal).ToList();
        var archive = Mapping.Records.Archive?.Field;
        var crmFields = live.Select(f => f.Crm).Concat(Mapping.Match.Select(m => m.Crm)).Concat(archive is null ? [] : [archive]).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => facts.Field(name)!).ToList();
        _rowIndex = [.. Mapping.Fields.Select((f, i) => Rules[i].IsParked ? -1 : columns.IndexOf(f.Warehouse))];
        _recordIndex = [.. Mapping.Fields.Select((f, i) => Rules[i].IsParked ? -1 : IndexOf(crmFields, f.Crm))];
        ArchiveType = archive is null ? new FieldType(FieldKind.Text) : facts.Field(archive)!.Type;
        MatchColumns = [.. Mapping.Match.Select(m => columns.IndexOf(m.Warehouse))];
        MatchFields = [.. Mapping.Match.Select(m => IndexOf(crmFields, m.Crm))];
        CrmRead = new CrmRead(Mapping.Crm.Object, Mapping.Crm.Key, crmFields);
        MakesKeys = Mapping.Warehouse is { Key: [var key], WriteTo: not null } && facts.Warehouse!.Find(key) is { Required: false };
        Target = new WarehouseTarget(Mapping.Name, Mapping.Warehouse.WriteTo, Mapping.Warehouse.Key,
            [.. Rules.Where(r => r is { MayPull: true, IsParked: false }).Select(r => new FieldSchema(r.Mapping.Warehouse, r.WarehouseType))]);
        Version = Fingerprint.OfText(Shape(Mapping, Rules));
        var salt = (ulong)Version.Bits;
        WarehouseRead = new WarehouseRead(Mapping.Warehouse, columns) { HashSeed = facts.Warehouse!.HashesRows ? (long)salt : null };
        FindsRows = Mapping.Warehouse.Key is [var only] && facts.Warehouse.Find(only) is { Unique: true };
        RowPrint = new RowPrint(salt, [.. Rules.Select(r => r.WarehouseType)], _rowIndex);
        _recordPrint = new RowPrint(salt, [.. Rules.Select(r => r.CrmType)], _recordIndex);
        _keylessPrint = _recordPrint with { Salt = ~salt };
        Limits = Fingerprint.OfText(LimitsOf(facts, Rules));
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

    /// <summary>The lines of the mapping that no side can follow now; nothing of them is read, written or believed.</summary>
    public IReadOnlyList<ParkedLine> Parked { get; }

    /// <summary>The lines as they run now, in order; null for a parked one.</summary>
    internal IReadOnlyList<LiveLine?> Lines =>
        [.. Rules.Select(r => r.IsParked ? null : new LiveLine(LineMemory.PrintOf(r.Mapping), LineCheck.KindsOf(r)))];

    /// <summary>What to read of the model.</summary>
    public WarehouseRead WarehouseRead { get; }

    /// <summary>Whether a row is found by its key without a look at all others: the key has an index of its own.</summary>
    internal bool FindsRows { get; }

    /// <summary>What to read of the CRM object.</summary>
    public CrmRead CrmRead { get; }

    /// <summary>Where pulled values go.</summary>
    public WarehouseTarget Target { get; }

    /// <summary>Fingerprint of everything that decides what is written.</summary>
    public Fingerprint Version { get; }

    /// <summary>Fingerprint of what the fields of both sides can hold and who may write them: what was refused is judged anew when it changes.</summary>
    internal Fingerprint Limits { get; }

    /// <summary>How the fingerprint of a row is made.</summary>
    internal RowPrint RowPrint { get; }

    /// <summary>Whether the table makes the key of a new row by itself.</summary>
    internal bool MakesKeys { get; }

    /// <summary>Whether a cycle may write to the warehouse.</summary>
    internal bool WritesRows => Rules.Any(r => r.MayPull) || Mapping.Records is { NewInCrm: not NewRecord.Ignore } or { GoneFromCrm: GoneFromCrm.Delete or GoneFromCrm.Review };

    /// <summary>Whether the CRM takes keys for one that differ by the case of letters alone, which the warehouse never does.</summary>
    internal bool KeyIgnoresCase => CrmSchema.Find(Mapping.Crm.Key) is { IgnoresCase: true };

    /// <summary>Whether records of the mapping refer to others of it.</summary>
    internal bool RefersToItself => Rules.Any(r => r.Mapping.References == Mapping.Name);

    /// <summary>The type of the field that says that a record is out of use.</summary>
    internal FieldType ArchiveType { get; }

    /// <summary>For every match rule, where its column is in a row.</summary>
    internal IReadOnlyList<int> MatchColumns { get; }

    /// <summary>For every match rule, where its field is in a record.</summary>
    internal IReadOnlyList<int> MatchFields { get; }

    /// <summary>
    /// Binds a mapping to its sides by looking at what they offer now. A line that they cannot follow is parked; <see cref="Remembering"/> tells
    /// whether that may be.
    /// </summary>
    /// <exception cref="PortException">A side cannot be reached, or does not have what the mapping as a whole needs.</exception>
    public static async Task<MappingRuntime> BindAsync(Mapping mapping, IWarehouse warehouse, ICrm crm, CancellationToken cancellationToken)
    {
        var facts = await AskAsync(mapping, warehouse, crm, cancellationToken);
        return new MappingRuntime(facts, warehouse, crm, LineCheck.Unfit(facts));
    }

    /// <summary>
    /// The same with what the state remembers of the lines: those whose types are others than before are parked too, until they are back or a
    /// person agrees.
    /// </summary>
    /// <exception cref="PortException">A line is wrong that never ran as it stands: the file is to be mended, no side has drifted.</exception>
    public MappingRuntime Remembering(IReadOnlyList<LineMemory> memories)
    {
        var stranger = Parked.FirstOrDefault(p => !LineCheck.HasRun(Mapping.Fields[p.Field], memories));
        if (stranger is not null)
        {
            throw Refused(Mapping, stranger.Words);
        }

        var retyped = LineCheck.Retyped(this, memories);
        return retyped.Count == 0 ? this : new MappingRuntime(_facts, Warehouse, Crm, [.. Parked, .. retyped]);
    }

    /// <summary>The same mapping over other ports; serves rehearsals.</summary>
    internal MappingRuntime Over(IWarehouse warehouse, ICrm crm) => new(_facts, warehouse, crm, Parked);

    private static async Task<MappingFacts> AskAsync(Mapping mapping, IWarehouse warehouse, ICrm crm, CancellationToken cancellationToken)
    {
        var model = await warehouse.DescribeAsync(mapping.Warehouse, cancellationToken)
            ?? throw Refused(mapping, $"there is no table {mapping.Warehouse.Source} in warehouse '{mapping.Warehouse.Connection}'");
        var schema = await crm.DescribeAsync(mapping.Crm.Object, cancellationToken)
            ?? throw Refused(mapping, $"there is no object {mapping.Crm.Object} in CRM '{mapping.Crm.Connection}', or it is not visible");
        var paths = new Dictionary<string, FieldSchema?>(StringComparer.Ordinal);
        foreach (var path in mapping.Fields.Select(f => f.Crm).Where(name => schema.Find(name) is null && name.Contains('.', StringComparison.Ordinal)).Distinct())
        {
            paths[path] = await crm.DescribePathAsync(mapping.Crm.Object, path, cancellationToken);
        }

        var facts = new MappingFacts
        {
            Mapping = mapping,
            Warehouse = model,
            WriteTo = mapping.Warehouse.WriteTo is { } table ? await warehouse.DescribeTableAsync(table, cancellationToken) : null,
            Crm = schema,
            Paths = paths,
        };
        return (LineCheck.Stops(facts) ?? CannotPurge(mapping, crm)) is { } why ? throw Refused(mapping, why) : facts;
    }

    private static string? CannotPurge(Mapping mapping, ICrm crm) => mapping.Records.GoneFromWarehouse is GoneFromWarehouse.PurgeIrrecoverably && !crm.Traits.Purges
        ? $"CRM '{mapping.Crm.Connection}' cannot remove records for good"
        : null;

    private static FieldRule Rule(MappingFacts facts, FieldMapping field, ParkedLine? parked) => new(
        field,
        facts.Warehouse!.Find(field.Warehouse)?.Type ?? new FieldType(FieldKind.Text),
        facts.Field(field.Crm)?.Type ?? new FieldType(FieldKind.Text),
        Lands: facts.Mapping.Warehouse.WriteTo is null)
    {
        IsParked = parked is not null,
        IsCreateOnly = facts.Mapping.Records.Mode is WriteMode.CreateOnly && field.Owner is not FieldOwner.Crm,
    };

    /// <summary>Where a field's column is in a row.</summary>
    internal int Column(int field) => _rowIndex[field];

    internal FieldValue Value(WarehouseRow row, int field) => _rowIndex[field] is >= 0 and var at ? row.Values[at] : FieldValue.NotObserved;

    internal FieldValue Value(CrmRecord record, int field) => _recordIndex[field] is >= 0 and var at ? record.Values[at] : FieldValue.NotObserved;

    /// <summary>The value of a CRM field by its name; not observed when it was not read.</summary>
    internal FieldValue Value(CrmRecord record, string crmField) =>
        IndexOf(CrmRead.Fields, crmField) is >= 0 and var at ? record.Values[at] : FieldValue.NotObserved;

    internal Fingerprint Print(WarehouseRow row) => RowPrint.Of(row.Values);

    /// <summary>Whether a record carries a key, as the CRM spells keys: it trims them, and may take letters of either case for one.</summary>
    internal bool Carries(CrmRecord record, string key) => record.Key is { } carried
        && carried.AsSpan().Trim().Equals(key.AsSpan().Trim(), KeyIgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>The record's fingerprint. Whether it carries our key is a part of it, so that a lost key is noticed.</summary>
    internal Fingerprint Print(CrmRecord record, string key) => (Carries(record, key) ? _recordPrint : _keylessPrint).Of(record.Values);

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
            shape.AppendLine(rule.IsParked ? $"{rule.Mapping}|parked" : $"{rule.Mapping}|{rule.WarehouseType.Kind}|{rule.CrmType.Kind}|{rule.CrmType.Scale}");
        }

        return shape.ToString();
    }

    private static string LimitsOf(MappingFacts facts, IReadOnlyList<FieldRule> rules)
    {
        var limits = new StringBuilder();
        foreach (var rule in rules.Where(r => !r.IsParked))
        {
            var field = facts.Field(rule.Mapping.Crm);
            limits.AppendLine($"{rule.Mapping.Crm}|{field?.Createable}|{field?.Updateable}|{field?.Required}|{Words(rule.CrmType)}|{Words(rule.WarehouseType)}");
        }

        return limits.ToString();
    }

    private static string Words(FieldType type) =>
        $"{type.Kind},{type.MaxLength},{type.IntegerDigits},{type.Scale},{(type.Options is { } options ? string.Join(FieldType.ListSeparator, options) : "open")}";

    private static PortException Refused(Mapping mapping, string why) => new(PortTrouble.Refused, $"mapping '{mapping.Name}': {why}");
}
