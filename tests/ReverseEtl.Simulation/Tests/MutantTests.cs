using ReverseEtl.Simulation.Mutants;
using ReverseEtl.Simulation.Running;
using Xunit.Abstractions;

namespace ReverseEtl.Simulation.Tests;

/// <summary>The checkers are checked: take out one safeguard, and they notice.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. AllMutants.List.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Seeded_bug_is_noticed_within_the_bound(string name)
    {
        var caught = MutantHunt.Of(AllMutants.List.Single(m => m.Name == name));
        output.WriteLine($"proof: seeded bug, {name}: noticed by {caught.Invariant} after {caught.Seeds} seeds");
        Assert.NotNull(caught.Seeds);
    }
}
