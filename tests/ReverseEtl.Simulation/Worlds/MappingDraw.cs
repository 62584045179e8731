using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>Draws a mapping: who owns what, what happens to drift and conflicts, and what becomes of whole records.</summary>
public sealed class MappingDraw(CrmKind crm, bool lands, Random random)
{
    private static readonly ConflictPolicy[] TextPolicies =
    [
        ConflictPolicy.Review, ConflictPolicy.Review, ConflictPolicy.WarehouseWins, ConflictPolicy.CrmWins, ConflictPolicy.NewestWins,
        ConflictPolicy.PreferNonblank, ConflictPolicy.Append,
    ];

    /// <summary>The mapping of accounts: parents that people refer to.</summary>
    public Mapping Accounts() => new()
    {
        Name = Table.Accounts.Name,
        Warehouse = Source(Table.Accounts),
        Crm = new CrmSide { Connection = "crm", Object = Table.Accounts.In(crm), Key = Table.KeyIn(crm) },
        Fields = [Field(Column.Accounts[0], FieldOwner.Warehouse)],
        Guard = Unguarded,
    };

    /// <summary>The mapping of people.</summary>
    /// <param name="refers">Whether each person is in an account.</param>
    public Mapping People(bool refers) => new()
    {
        Name = Table.People.Name,
        Warehouse = Source(Table.People),
        Crm = new CrmSide { Connection = "crm", Object = Table.People.In(crm), Key = Table.KeyIn(crm) },
        Match = random.Next(3) == 0 ? [] : [new MatchRule("email", Column.People[0].In(crm), MatchAs.Email)],
        Records = new RecordRules
        {
            NewInWarehouse = Often(NewRecord.Create, NewRecord.Review, NewRecord.Ignore),
            NewInCrm = lands ? NewRecord.Ignore : Often(NewRecord.Ignore, NewRecord.Create, NewRecord.Review),
            GoneFromWarehouse = Any<GoneFromWarehouse>(),
            GoneFromCrm = lands ? Often(GoneFromCrm.Keep, GoneFromCrm.Recreate, GoneFromCrm.Review) : Any<GoneFromCrm>(),
        },
        Fields = [.. Fields(refers)],
        Guard = random.Next(5) == 0 ? new Guard() : Unguarded,
    };

    /// <summary>The same mapping after somebody edited its file: an owner, a policy, a field more or less, a record rule.</summary>
    public Mapping Edit(Mapping mapping)
    {
        var fields = mapping.Fields.ToList();
        var at = random.Next(2, fields.Count);
        switch (random.Next(4))
        {
            case 0 when fields.Count > 3:
                fields.RemoveAt(at);
                break;
            case 1 when Column.People.FirstOrDefault(c => !fields.Exists(f => f.Warehouse == c.Name) && c.Kind is not ColumnKind.Reference) is { } missing:
                fields.Add(Drawn(missing));
                break;
            case 2 when fields[at].References is null:
                fields[at] = Drawn(Column.People.First(c => c.Name == fields[at].Warehouse));
                break;
            default:
                return mapping with { Records = mapping.Records with { GoneFromWarehouse = Any<GoneFromWarehouse>() }, Fields = fields };
        }

        return mapping with { Fields = fields };
    }

    private static Guard Unguarded => new() { MaxDeletes = new Cap(100, IsPercent: true) };

    private IEnumerable<FieldMapping> Fields(bool refers)
    {
        // Salesforce wants a last name of everybody, and addresses find partners.
        yield return Field(Column.People[0], FieldOwner.Warehouse);
        yield return Field(Column.People[1], FieldOwner.Warehouse);
        var others = Column.People.Skip(2).Where(c => c.Kind is not ColumnKind.Reference).ToArray();
        random.Shuffle(others);
        foreach (var column in others.Take(random.Next(2, others.Length + 1)))
        {
            yield return Drawn(column);
        }

        if (refers)
        {
            yield return Field(Column.People[^1], FieldOwner.Warehouse) with { References = Table.Accounts.Name };
        }
    }

    private FieldMapping Drawn(Column column) => Field(column, column.Kind is ColumnKind.Set ? FieldOwner.Shared : Often(FieldOwner.Shared, FieldOwner.Warehouse, FieldOwner.Crm)) with
    {
        OnDrift = Any<DriftRule>(),
        OnConflict = column.Kind switch
        {
            ColumnKind.Set => random.Next(3) == 0 ? ConflictPolicy.Review : ConflictPolicy.Union,
            ColumnKind.Number => Often(ConflictPolicy.Max, ConflictPolicy.Min, ConflictPolicy.Review),
            _ => TextPolicies[random.Next(TextPolicies.Length)],
        },
        FirstMatch = random.Next(3) == 0 ? Any<FirstMatch>() : FirstMatch.ByOwner,
    };

    private FieldMapping Field(Column column, FieldOwner owner) => new() { Warehouse = column.Name, Crm = column.In(crm), Owner = owner };

    private WarehouseSide Source(Table table) => new()
    {
        Connection = "main",
        Kind = SourceKind.Table,
        Source = table.Name,
        Key = [Table.Key],
        ChangedAt = random.Next(4) == 0 ? null : Table.ChangedAt,
        WriteTo = lands && table == Table.People ? null : table.Name,
    };

    private T Any<T>()
        where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private T Often<T>(T usual, params T[] others) => random.Next(2) == 0 ? usual : others[random.Next(others.Length)];
}
