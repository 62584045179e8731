using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Daemon.MappingFiles.Format;
using ReverseEtl.Daemon.MappingFiles.Yaml;

namespace ReverseEtl.Daemon.MappingFiles;

/// <summary>Makes a <see cref="Mapping"/> of a document that was held against the format.</summary>
/// <remarks>
/// A mapping is made whenever every name in it is readable, even when other things are wrong, so that all problems can be told at
/// once; wrong words count as left out. Such a mapping never runs: its file is not good. What is wrong was reported by <see cref="ShapeChecker"/>.
/// </remarks>
internal sealed class MappingBuilder(YamlMap root)
{
    /// <summary>Rules that are there although the owner does not have them; they do not enter the mapping.</summary>
    public List<MappingProblem> Misplaced { get; } = [];

    /// <summary>The mapping, or null.</summary>
    public Mapping? Build()
    {
        var fields = Items(root, "fields")?.Select(BuildField).ToList();
        var links = Items(root, "associations")?.Select(BuildAssociation).ToList() ?? [];
        var match = Items(root, "match")?.Select(BuildMatch).ToList() ?? [];
        if (Text(root, "name") is not { } name || BuildWarehouse() is not { } warehouse || BuildCrm() is not { } crm
            || fields is null || fields.Contains(null) || links.Contains(null) || match.Contains(null))
        {
            return null;
        }

        return new Mapping
        {
            Name = name,
            Description = Text(root, "description"),
            Owner = Text(root, "owner"),
            Warehouse = warehouse,
            Crm = crm,
            Match = [.. match.OfType<MatchRule>()],
            Records = BuildRecords(),
            Fields = [.. fields.Concat(links).OfType<FieldMapping>()],
            Schedule = BuildSchedule(),
            Guard = BuildGuard(),
        };
    }

    private WarehouseSide? BuildWarehouse()
    {
        if (Group(root, "warehouse") is not { } side || Text(side, "connection") is not { } connection)
        {
            return null;
        }

        var sources = new[] { ("table", SourceKind.Table), ("query", SourceKind.Query), ("dbt", SourceKind.Dbt) }
            .Select(each => (Source: Text(side, each.Item1), Kind: each.Item2)).Where(each => each.Source is not null).ToList();
        var key = side.TryGet("key", out var entry) ? Texts(entry.Value) : [];
        return sources.Count != 1 || key.Count == 0 ? null : new WarehouseSide
        {
            Connection = connection,
            Kind = sources[0].Kind,
            Source = sources[0].Source!,
            Key = key,
            ChangedAt = Text(side, "changed_at"),
            WriteTo = Text(side, "write_to"),
        };
    }

    private CrmSide? BuildCrm() =>
        Group(root, "crm") is { } side && Text(side, "connection") is { } connection && Text(side, "object") is { } name && Text(side, "key") is { } key
            ? new CrmSide { Connection = connection, Object = name, Key = key, ConvertedTo = BuildHeir(side) }
            : null;

    private static ConvertedTo? BuildHeir(YamlMap side) =>
        Group(side, "converted_to") is { } heir && Text(heir, "object") is { } name && Text(heir, "key") is { } key ? new ConvertedTo(name, key) : null;

    private static MatchRule? BuildMatch(YamlNode node) =>
        node is YamlMap map && Text(map, "warehouse") is { } warehouse && Text(map, "crm") is { } crm
            ? new MatchRule(warehouse, crm, Word(map, "as", MatchAs.Exact))
            : null;

    private FieldMapping? BuildField(YamlNode node, int index)
    {
        if (node is not YamlMap map || Text(map, "warehouse") is not { } warehouse || Text(map, "crm") is not { } crm)
        {
            return null;
        }

        // Without a readable owner the line is taken for the kind whose rules it has, so that its names are still checked.
        var owner = Words.Parse<FieldOwner>(Text(map, "owner") ?? "")
            ?? (map.TryGet("on_conflict", out _) ? FieldOwner.Shared : map.TryGet("on_drift", out _) ? FieldOwner.Warehouse : FieldOwner.Crm);

        var misplaced = owner is FieldOwner.Shared ? "on_drift" : "on_conflict";
        var right = owner is FieldOwner.Shared ? "on_conflict" : "on_drift";
        if (map.TryGet(misplaced, out _))
        {
            var whose = owner is FieldOwner.Shared ? "fields with one owner; a shared field" : "shared fields; a field with one owner";
            Misplaced.Add(MappingProblem.Error($"fields[{index}].{misplaced}", $"{misplaced} is for {whose} has {right}.", right));
        }

        return new FieldMapping
        {
            Warehouse = warehouse,
            Crm = crm,
            Owner = owner,
            OnDrift = owner is FieldOwner.Shared ? DriftRule.Revert : Word(map, "on_drift", DriftRule.Revert),
            OnConflict = owner is FieldOwner.Shared ? Word(map, "on_conflict", ConflictPolicy.Review) : ConflictPolicy.Review,
            FirstMatch = Word(map, "first_match", FirstMatch.ByOwner),
            Nulls = BuildNulls(map),
            References = Text(map, "references"),
        };
    }

    private static FieldMapping? BuildAssociation(YamlNode node) =>
        node is YamlMap map && Text(map, "warehouse") is { } warehouse && Text(map, "to") is { } to
            ? Association.Line(warehouse, to, Text(map, "type") ?? Association.Plain, Flag(map, "many"))
            : null;

    private static NullRules BuildNulls(YamlMap field)
    {
        if (Group(field, "nulls") is { } rules)
        {
            return new NullRules(Word(rules, "to_crm", NullRule.Write), Word(rules, "to_warehouse", NullRule.Write));
        }

        var both = Word(field, "nulls", NullRule.Write);
        return new NullRules(both, both);
    }

    // What is left unsaid follows from the mode: one that never creates ignores what is new, one that mirrors removes what is gone.
    private RecordRules BuildRecords()
    {
        var mode = Group(root, "crm") is { } crm ? Word(crm, "mode", WriteMode.Upsert) : WriteMode.Upsert;
        var unsaid = new RecordRules
        {
            Mode = mode,
            NewInWarehouse = mode is WriteMode.UpdateOnly ? NewRecord.Ignore : NewRecord.Create,
            GoneFromWarehouse = mode is WriteMode.Mirror ? GoneFromWarehouse.Delete : GoneFromWarehouse.Keep,
        };
        return Group(root, "records") is not { } rules ? unsaid : unsaid with
        {
            NewInWarehouse = Word(rules, "new_in_warehouse", unsaid.NewInWarehouse),
            NewInCrm = Word(rules, "new_in_crm", unsaid.NewInCrm),
            GoneFromWarehouse = Word(rules, "gone_from_warehouse", unsaid.GoneFromWarehouse),
            GoneFromCrm = Word(rules, "gone_from_crm", unsaid.GoneFromCrm),
            AmbiguousMatch = Word(rules, "ambiguous_match", unsaid.AmbiguousMatch),
            Archive = BuildArchive(rules),
        };
    }

    private static ArchiveField? BuildArchive(YamlMap rules) =>
        Group(rules, "archive") is { } archive && Text(archive, "field") is { } field && Text(archive, "value") is { } value
            ? new ArchiveField(field, value, Text(archive, "restore"))
            : null;

    private Schedule BuildSchedule()
    {
        var unsaid = new Schedule();
        return Group(root, "schedule") is { } times
            ? new Schedule(Text(times, "push") ?? unsaid.Push, Text(times, "pull") ?? unsaid.Pull)
            : unsaid;
    }

    private Guard BuildGuard()
    {
        var unsaid = new Guard();
        return Group(root, "guard") is { } caps
            ? new Guard { MaxChanges = ReadCap(caps, "max_changes") ?? unsaid.MaxChanges, MaxDeletes = ReadCap(caps, "max_deletes") ?? unsaid.MaxDeletes }
            : unsaid;
    }

    private static Cap? ReadCap(YamlMap map, string key) =>
        map.TryGet(key, out var entry) && entry.Value is YamlScalar scalar && Cap.TryParse(scalar.Text, out var cap) ? cap : null;

    private static YamlMap? Group(YamlMap map, string key) => map.TryGet(key, out var entry) ? entry.Value as YamlMap : null;

    private static IReadOnlyList<YamlNode>? Items(YamlMap map, string key) => map.TryGet(key, out var entry) ? (entry.Value as YamlList)?.Items : null;

    private static string? Text(YamlMap map, string key) => map.TryGet(key, out var entry) ? Text(entry.Value) : null;

    private static string? Text(YamlNode node) =>
        node is YamlScalar { Type: ScalarKind.Text } scalar && !string.IsNullOrWhiteSpace(scalar.Text) ? scalar.Text : null;

    private static bool Flag(YamlMap map, string key) =>
        map.TryGet(key, out var entry) && entry.Value is YamlScalar { Type: ScalarKind.Boolean } flag && bool.Parse(flag.Text);

    // A list with an unreadable member is not read at all: a key of fewer columns would be another key.
    private static List<string> Texts(YamlNode node)
    {
        var texts = (node is YamlList list ? list.Items : [node]).Select(Text).ToList();
        return texts.Contains(null) ? [] : [.. texts.OfType<string>()];
    }

    private static T Word<T>(YamlMap map, string key, T unsaid)
        where T : struct, Enum =>
        Text(map, key) is { } word ? Words.Parse<T>(word) ?? unsaid : unsaid;
}
