using System.Xml.Linq;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Architecture;

/// <summary>Arrows between projects run one way: Daemon, then {State, Warehouses, Crms, Sandbox}, then Engine, then Core.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["ReverseEtl.Core"] = [],
        ["ReverseEtl.Engine"] = ["ReverseEtl.Core"],
        ["ReverseEtl.State"] = ["ReverseEtl.Engine", "ReverseEtl.Core"],
        ["ReverseEtl.Warehouses"] = ["ReverseEtl.Engine", "ReverseEtl.Core"],
        ["ReverseEtl.Crms"] = ["ReverseEtl.Engine", "ReverseEtl.Core"],
        ["ReverseEtl.Sandbox"] = ["ReverseEtl.Engine", "ReverseEtl.Core"],
        ["ReverseEtl.Daemon"] =
            ["ReverseEtl.State", "ReverseEtl.Warehouses", "ReverseEtl.Crms", "ReverseEtl.Sandbox", "ReverseEtl.Engine", "ReverseEtl.Core"],
    };

    public static TheoryData<string> Projects => [.. Folders("src").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_refers_only_to_those_below_it(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} has no place in the house: add it to docs and to this test");
        var named = References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Empty(named.Except(Allowed[project]));
    }

    [Fact]
    public void Core_uses_no_package() => Assert.Empty(References("ReverseEtl.Core", "PackageReference"));

    [Theory]
    [InlineData("ReverseEtl.Crms")]
    [InlineData("ReverseEtl.Warehouses")]
    public void Backends_of_one_kind_never_name_each_other(string project)
    {
        var folders = Folders("src", project).ToList();
        foreach (var folder in folders)
        {
            var foreign = folders.Where(other => other != folder && IsBackend(project, other)).Select(other => $"{project}.{other}").ToList();
            var named = Sources(project, folder).SelectMany(text => foreign.Where(name => text.Contains(name, StringComparison.Ordinal)));
            Assert.False(IsBackend(project, folder) && named.Any(), $"{project}.{folder} names {string.Join(", ", named.Distinct())}");
        }
    }

    // A folder that only holds what the backends of a kind share is no backend: it may be named, and names none.
    private static bool IsBackend(string project, string folder) =>
        Sources(project, folder).Any(text => text.Contains(project is "ReverseEtl.Crms" ? ": ICrm" : ": IWarehouse", StringComparison.Ordinal));

    private static IEnumerable<string> Sources(string project, string folder) =>
        Directory.GetFiles(Repository.Path("src", project, folder), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

    private static IEnumerable<string> Folders(params string[] path) =>
        Directory.GetDirectories(Repository.Path(path)).Select(folder => Path.GetFileName(folder)!);

    private static IEnumerable<string> References(string project, string element) =>
        XDocument.Load(Repository.Path("src", project, project + ".csproj")).Descendants(element)
            .Select(reference => (string)reference.Attribute("Include")!);
}
