using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Inspection;

/// <summary>Holds mappings against the live columns of the warehouse and the live metadata of the CRM. Reads only.</summary>
public sealed class MappingInspector(IConnections connections)
{
    /// <summary>Asks both sides.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="others">The other mappings, for references and suggestions.</param>
    /// <param name="withRows">Whether to look for repeated keys too, which reads the whole key column.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<InspectionResult> InspectAsync(
        Mapping mapping, IReadOnlyList<Mapping> others, bool withRows, CancellationToken cancellationToken)
    {
        var problems = new List<MappingProblem>();
        var outages = new List<Outage>();
        var warehouse = await AskAsync(
            "warehouse.connection", SourcePath(mapping.Warehouse), problems, outages, () => AskWarehouseAsync(mapping, withRows, cancellationToken));
        var crm = await AskAsync("crm.connection", "crm.object", problems, outages, () => AskCrmAsync(mapping, cancellationToken));
        var facts = new MappingFacts
        {
            Mapping = mapping,
            Warehouse = warehouse?.Model,
            WriteTo = warehouse?.WriteTo,
            KnownTables = warehouse?.Tables ?? [],
            Crm = crm?.Schema,
            ConvertedTo = crm?.Heir,
            Paths = crm?.Paths ?? new Dictionary<string, FieldSchema?>(),
            Links = crm is null ? new Dictionary<string, IReadOnlyList<string>>() : crm.Links,
            KnownObjects = crm?.Objects ?? [],
            Others = others,
        };

        // A side that could not be asked has no schema either; what would follow from that is no news.
        problems.AddRange(MappingChecker.Check(facts).Where(problem =>
            (warehouse is not null || !problem.Path.StartsWith("warehouse.", StringComparison.Ordinal))
            && (crm is not null || !problem.Path.StartsWith("crm.", StringComparison.Ordinal))));
        if (warehouse is { Duplicates.Count: > 0 })
        {
            problems.Add(DuplicateKeys(mapping, warehouse.Duplicates));
        }

        return new(problems, outages) { Parked = await ParkedAsync(mapping, problems, cancellationToken) };
    }

    private async Task<IReadOnlyList<MappingProblem>> ParkedAsync(Mapping mapping, IReadOnlyList<MappingProblem> problems, CancellationToken cancellationToken)
    {
        var ofLines = problems.Where(problem => problem.Severity is Severity.Error && LineCheck.LineOf(problem) is not null).ToList();
        if (ofLines.Count == 0)
        {
            return [];
        }

        try
        {
            var memories = await connections.State.LinesAsync(mapping.Name, cancellationToken);
            return ofLines.FindAll(problem => LineCheck.HasRun(mapping.Fields[LineCheck.LineOf(problem)!.Value], memories));
        }
        catch (Exception e) when (e is PortException or ConfigurationException)
        {
            // Without a state nothing is known to have run, so what is wrong is the file's.
            return [];
        }
    }

    private static async Task<T?> AskAsync<T>(
        string connectionPath, string sourcePath, List<MappingProblem> problems, List<Outage> outages, Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (PortException e) when (e.Trouble is PortTrouble.Refused)
        {
            problems.Add(MappingProblem.Error(sourcePath, e.Message));
        }
        catch (PortException e)
        {
            outages.Add(new(MappingProblem.Error(connectionPath, $"Could not be checked: {e.Message}"), e));
        }
        catch (ConfigurationException e)
        {
            problems.Add(MappingProblem.Error(connectionPath, $"{e.Message} {e.Remedy}"));
        }

        return null;
    }

    private async Task<WarehouseAnswer> AskWarehouseAsync(Mapping mapping, bool withRows, CancellationToken cancellationToken)
    {
        var warehouse = connections.Warehouse(mapping.Warehouse.Connection);
        var model = await warehouse.DescribeAsync(mapping.Warehouse, cancellationToken);
        var writeTo = mapping.Warehouse.WriteTo is { } table ? await warehouse.DescribeTableAsync(table, cancellationToken) : null;
        var anyMissing = model is null || (writeTo is null && mapping.Warehouse.WriteTo is not null);
        var hasKey = model is not null && mapping.Warehouse.Key.All(column => model.Find(column) is not null);
        return new WarehouseAnswer(model, writeTo)
        {
            Tables = anyMissing ? await TableNames.ListAsync(warehouse, mapping.Warehouse.Connection, cancellationToken) : [],
            Duplicates = withRows && hasKey ? await warehouse.FindDuplicateKeysAsync(mapping.Warehouse, cancellationToken) : [],
        };
    }

    private async Task<CrmAnswer> AskCrmAsync(Mapping mapping, CancellationToken cancellationToken)
    {
        var crm = connections.Crm(mapping.Crm.Connection);
        var schema = await crm.DescribeAsync(mapping.Crm.Object, cancellationToken);
        var heir = mapping.Crm.ConvertedTo is { } into ? await crm.DescribeAsync(into.Object, cancellationToken) : null;
        var anyMissing = schema is null || (heir is null && mapping.Crm.ConvertedTo is not null);
        var paths = new Dictionary<string, FieldSchema?>(StringComparer.Ordinal);
        foreach (var path in mapping.Fields.Select(field => field.Crm).Where(name => schema is not null && name.Contains('.', StringComparison.Ordinal)).Distinct())
        {
            paths[path] = await crm.DescribePathAsync(mapping.Crm.Object, path, cancellationToken);
        }

        return new CrmAnswer(schema, paths)
        {
            Links = crm.Associations is { } links ? await LinkWordsAsync(links, mapping, paths, cancellationToken) : null,
            Heir = heir,
            Objects = anyMissing ? await crm.ListObjectsAsync(cancellationToken) : [],
        };
    }

    // What there is instead is asked only where a path leads nowhere.
    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> LinkWordsAsync(
        ICrmAssociations links, Mapping mapping, Dictionary<string, FieldSchema?> paths, CancellationToken cancellationToken)
    {
        var words = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var path in paths.Where(path => path.Value is null).Select(path => path.Key))
        {
            if (Association.Read(path) is { } link)
            {
                var kinds = await links.DescribeAsync(mapping.Crm.Object, link.Object, cancellationToken);
                words[path] = [.. kinds.Select(kind => kind.IsPrimary ? Association.Primary : kind.Name.Length == 0 ? Association.Plain : kind.Name)];
            }
        }

        return words;
    }

    private static MappingProblem DuplicateKeys(Mapping mapping, IReadOnlyList<string> keys) => MappingProblem.Error(
        "warehouse.key",
        $"The key {string.Join(", ", mapping.Warehouse.Key)} is not unique in '{mapping.Warehouse.Connection}': more than one row has {string.Join(", ", keys.Select(key => $"'{key}'"))}.");

    private static string SourcePath(WarehouseSide side) => $"warehouse.{side.Kind.ToString().ToLowerInvariant()}";

    private sealed record WarehouseAnswer(SideSchema? Model, SideSchema? WriteTo)
    {
        public IReadOnlyList<string> Tables { get; init; } = [];

        public IReadOnlyList<string> Duplicates { get; init; } = [];
    }

    private sealed record CrmAnswer(SideSchema? Schema, IReadOnlyDictionary<string, FieldSchema?> Paths)
    {
        public SideSchema? Heir { get; init; }

        /// <summary>The objects there are, asked only where one is missing.</summary>
        public IReadOnlyList<ObjectName> Objects { get; init; } = [];

        /// <summary>For association paths that lead nowhere, what there is instead; null when the CRM has no associations.</summary>
        public IReadOnlyDictionary<string, IReadOnlyList<string>>? Links { get; init; }
    }
}
