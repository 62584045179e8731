using System.Globalization;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Simulation.Models.Warehouses;
using ReverseEtl.Warehouses.Tests;

namespace ReverseEtl.Simulation.Models.Tests;

/// <summary>The contract of a warehouse on the one that the simulation runs over.</summary>
public sealed class InMemoryWarehouseContractTests : WarehouseContract
{
    private const string List = "list";
    private readonly WarehouseMemory _memory = new(new ManualTime());

    protected override IWarehouse Open() => new InMemoryWarehouse(_memory);

    protected override Task CreateAsync(string schema, string table, params IReadOnlyList<ContractColumn> columns)
    {
        _memory.Create(new TableShape($"{schema}.{table}", [.. columns.Select(ColumnOf)])
        {
            Key = [.. columns.Where(column => column.IsKey).Select(column => column.Name)],
        });
        return Task.CompletedTask;
    }

    protected override Task InsertAsync(string table, params IReadOnlyList<string?[]> rows)
    {
        _memory.Load(Name(table), rows);
        return Task.CompletedTask;
    }

    protected override Task RefuseAsync(string table, string column, string text)
    {
        _memory.Refuse(new RowRefusal(Name(table), column, text, "a constraint forbids it"));
        return Task.CompletedTask;
    }

    protected override (string Type, string Text) ListOf(params IReadOnlyList<string> members) => (List, string.Join(FieldType.ListSeparator, members));

    private static TableColumn ColumnOf(ContractColumn column) =>
        new(column.Name, TypeOf(column.Type)) { IsRequired = column.IsRequired, IsUnique = column.IsUnique, Default = column.Default };

    private static FieldType TypeOf(string type)
    {
        var (name, sizes) = type.Split('(', ')') is [var head, var inner, ..]
            ? (head, inner.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray())
            : (type, []);
        return (name, sizes) switch
        {
            ("smallint", _) => new(FieldKind.Integer) { IntegerDigits = 5 },
            ("integer", _) => new(FieldKind.Integer) { IntegerDigits = 10 },
            ("bigint", _) => new(FieldKind.Integer) { IntegerDigits = 19 },
            ("numeric", [var digits, 0]) => new(FieldKind.Integer) { IntegerDigits = digits },
            ("numeric", [var digits, var scale]) => new(FieldKind.Decimal) { IntegerDigits = digits - scale, Scale = scale },
            ("real" or "double precision", _) => new(FieldKind.Decimal),
            ("boolean", _) => new(FieldKind.Boolean),
            ("date", _) => new(FieldKind.Date),
            ("timestamp" or "timestamptz", _) => new(FieldKind.Timestamp) { Resolution = TimeSpan.FromMicroseconds(1) },
            ("varchar", [var length]) => new(FieldKind.Text) { MaxLength = length },
            (List, _) => new(FieldKind.MultiPicklist),
            _ => new(FieldKind.Text),
        };
    }
}
