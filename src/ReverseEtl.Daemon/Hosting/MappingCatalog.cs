using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Inspection;
using ReverseEtl.Daemon.MappingFiles;

namespace ReverseEtl.Daemon.Hosting;

/// <summary>The mappings as the daemon runs them: of every file the last version that was good.</summary>
/// <remarks>Refreshed by one task; <see cref="Notes"/> may be read by any.</remarks>
public sealed class MappingCatalog(RetlSettings settings, MappingInspector inspector, ILogger<MappingCatalog> logger)
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<MappingNote> _notes = [];

    /// <summary>What is wrong with the files now, for readiness and status.</summary>
    public IReadOnlyList<MappingNote> Notes => _notes;

    /// <summary>The good mappings, parents first.</summary>
    public IReadOnlyList<Mapping> Mappings => MappingOrder.ParentsFirst([.. _entries.Values.Select(entry => entry.Good).OfType<Mapping>()]);

    /// <summary>Looks at the files once; what changed is checked and, if good, taken over.</summary>
    /// <returns>Whether <see cref="Mappings"/> changed.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var files = MappingFolder.Read(Selection.Resolve(settings)).Files.DistinctBy(file => file.Name).ToList();
        var removed = _entries.Keys.Except(files.Select(file => file.Name)).ToList();
        removed.ForEach(Remove);
        var changed = files.Where(file => !_entries.TryGetValue(file.Name, out var entry) || entry.Seen != file.Print || entry.IsOpen).ToList();
        if (changed.Count == 0)
        {
            PublishNotes();
            return removed.Count > 0;
        }

        var anyTaken = false;
        foreach (var file in changed)
        {
            var entry = _entries.TryGetValue(file.Name, out var known) ? known : _entries[file.Name] = new Entry();
            anyTaken |= await CheckAsync(file, entry, files, cancellationToken);
        }

        PublishNotes();
        return anyTaken || removed.Count > 0;
    }

    private async Task<bool> CheckAsync(MappingFile file, Entry entry, IReadOnlyList<MappingFile> files, CancellationToken cancellationToken)
    {
        var isNews = entry.Seen != file.Print;
        entry.Seen = file.Print;

        // A broken neighbour counts as what it was when it was good: it must not take others down with it.
        var neighbours = files.Where(other => other.Name != file.Name).Select(other => other.IsGood ? other.Mapping : _entries.GetValueOrDefault(other.Name)?.Good)
            .OfType<Mapping>().ToList();
        file = file.Mapping is null ? file : file with { Mapping = Association.Resolve(file.Mapping, neighbours) };
        var problems = FileProblems(file, neighbours);
        if (problems.Exists(problem => problem.Severity is Severity.Error))
        {
            // References may be mended by another file, so a set problem is looked at again whenever something changes.
            Refuse(file, entry, problems, isOpen: file.IsGood, isNews);
            return false;
        }

        var inspection = await inspector.InspectAsync(file.Mapping!, neighbours, withRows: false, cancellationToken);
        if (inspection.IsRefused || inspection.IsUncertain)
        {
            Refuse(file, entry, [.. inspection.Outages.Select(outage => outage.Problem).Concat(inspection.Problems).Select(file.Locate)], isOpen: inspection.IsUncertain, isNews);
            return false;
        }

        var isSame = entry.Good is { } good && entry.GoodPrint == file.Print;
        (entry.Problems, entry.IsOpen) = ([], false);
        if (!isSame)
        {
            (entry.Good, entry.GoodPrint) = (file.Mapping, file.Print);
            logger.LogInformation("Mapping {Mapping}: the file is good and in force", file.Name);
        }

        return !isSame;
    }

    private List<FileProblem> FileProblems(MappingFile file, IReadOnlyList<Mapping> neighbours)
    {
        var problems = file.Problems.ToList();
        if (file.IsGood)
        {
            problems.AddRange(Selection.CheckConnections([file], settings));
            problems.AddRange(MappingSetChecker.Check([.. neighbours, file.Mapping!]).Where(found => found.Mapping == file.Name).Select(found => file.Locate(found.Problem)));
        }

        return problems;
    }

    private void Refuse(MappingFile file, Entry entry, IReadOnlyList<FileProblem> problems, bool isOpen, bool isNews)
    {
        (entry.Problems, entry.IsOpen) = (problems, isOpen);
        var first = problems.First(problem => problem.Severity is Severity.Error);
        var level = isNews ? LogLevel.Warning : LogLevel.Debug;
        logger.Log(level, "Mapping {Mapping}: {Fallback}. {Problem}", file.Name, Fallback(entry), first.ToString());
    }

    private void Remove(string name)
    {
        _entries.Remove(name);
        foreach (var entry in _entries.Values)
        {
            // Others may refer to it.
            entry.IsOpen = true;
        }

        logger.LogInformation("Mapping {Mapping}: the file is gone, its loops stop", name);
    }

    private void PublishNotes() => _notes =
        [.. _entries.Where(each => each.Value.Problems.Count > 0).Select(each => new MappingNote(each.Key, each.Value.Good is not null, Fallback(each.Value), each.Value.Problems))];

    private static string Fallback(Entry entry) => (entry.Good is not null, entry.IsOpen) switch
    {
        (true, _) => "the changed file cannot be used, the last good version keeps running",
        (false, true) => "the file cannot be checked yet, the mapping waits",
        (false, false) => "the file cannot be used, the mapping does not run",
    };

    private sealed class Entry
    {
        public Fingerprint Seen { get; set; }

        public Mapping? Good { get; set; }

        public Fingerprint GoodPrint { get; set; }

        public IReadOnlyList<FileProblem> Problems { get; set; } = [];

        /// <summary>Whether the same text may be judged otherwise next time.</summary>
        public bool IsOpen { get; set; }
    }
}

/// <summary>What is wrong with a mapping file that the daemon knows.</summary>
/// <param name="Mapping">Name.</param>
/// <param name="Runs">Whether an earlier version keeps running.</param>
/// <param name="Meaning">What that means, for people.</param>
/// <param name="Problems">The problems.</param>
public sealed record MappingNote(string Mapping, bool Runs, string Meaning, IReadOnlyList<FileProblem> Problems);
