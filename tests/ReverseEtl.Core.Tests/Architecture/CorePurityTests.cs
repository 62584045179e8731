using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Core.Tests.Architecture;

/// <summary>The core is a function of its arguments. These tests keep everything else out.</summary>
public sealed class CorePurityTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Core = typeof(FieldPlanner).Assembly;

    [Fact]
    public void Core_references_only_the_base_class_library()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Assert.Empty(Core.GetReferencedAssemblies().Where(name => !File.Exists(Path.Combine(runtime, name.Name + ".dll"))).Select(name => name.Name));
    }

    [Fact]
    public void Core_waits_for_nothing()
    {
        var methods = Core.GetTypes().SelectMany(type => type.GetMethods(Everything));
        var waiting = methods.Where(method => Waits(method.ReturnType) || method.GetParameters().Any(p => Waits(p.ParameterType)));
        Assert.Empty(waiting.Select(method => $"{method.DeclaringType}.{method.Name}"));
    }

    [Fact]
    public void Core_keeps_no_state_that_can_change()
    {
        var fields = Core.GetTypes().SelectMany(type => type.GetFields(Everything))
            .Where(field => field is { IsStatic: true, IsInitOnly: false, IsLiteral: false })
            .Where(field => !field.Name.StartsWith('<') && !field.DeclaringType!.Name.StartsWith('<'));
        Assert.Empty(fields.Select(field => $"{field.DeclaringType}.{field.Name}"));
    }

    [Theory]
    [InlineData("System.DateTime", "get_Now")]
    [InlineData("System.DateTime", "get_UtcNow")]
    [InlineData("System.DateTime", "get_Today")]
    [InlineData("System.DateTimeOffset", "get_Now")]
    [InlineData("System.DateTimeOffset", "get_UtcNow")]
    [InlineData("System.Guid", "NewGuid")]
    [InlineData("System.Random", null)]
    [InlineData("System.TimeProvider", null)]
    [InlineData("System.Environment", "GetEnvironmentVariable")]
    [InlineData("System.Environment", "get_TickCount64")]
    [InlineData("System.Diagnostics.Stopwatch", null)]
    [InlineData("System.Console", null)]
    [InlineData("System.IO.File", null)]
    [InlineData("System.Threading.Thread", null)]
    [InlineData("System.Threading.Tasks.Task", null)]
    [InlineData("System.Net.Http.HttpClient", null)]
    public void Core_never_calls(string type, string? member) =>
        Assert.DoesNotContain(Calls(Core), call => call.Type == type && (member is null || call.Member == member));

    [Fact]
    public void Calls_of_an_assembly_are_found() =>
        Assert.Contains(Calls(typeof(CorePurityTests).Assembly), call => call is { Type: "System.AppContext", Member: "get_BaseDirectory" });

    private static bool Waits(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type.FullName?.StartsWith("System.Threading", StringComparison.Ordinal) is true
        || type.Name.StartsWith("IAsyncEnumerable", StringComparison.Ordinal) || type.Name.Contains("Logger", StringComparison.Ordinal);

    private static List<(string Type, string Member)> Calls(Assembly assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly.Location));
        var metadata = image.GetMetadataReader();
        return
        [
            .. from handle in metadata.MemberReferences
               let member = metadata.GetMemberReference(handle)
               where member.Parent.Kind is HandleKind.TypeReference
               let type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent)
               select ($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}", metadata.GetString(member.Name)),
        ];
    }
}
