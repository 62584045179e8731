using CsCheck;
using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Tests.Checking;

public class MappingOrderTests
{
    [Fact]
    public void Parents_come_first_and_names_decide_otherwise()
    {
        var order = MappingOrder.ParentsFirst([CheckSamples.Of("a", "z"), CheckSamples.Of("m"), CheckSamples.Of("z", "m", "z"), CheckSamples.Of("b")]);

        Assert.Equal(["b", "m", "z", "a"], order.Select(mapping => mapping.Name));
    }

    [Fact]
    public void Own_and_unknown_references_do_not_count() =>
        Assert.Equal(["a"], MappingOrder.ParentsFirst([CheckSamples.Of("a", "a", "nowhere")]).Select(mapping => mapping.Name));

    [Fact]
    public void Circle_comes_last_and_is_found()
    {
        Mapping[] mappings = [CheckSamples.Of("a", "b"), CheckSamples.Of("b", "c"), CheckSamples.Of("c", "a"), CheckSamples.Of("d")];

        Assert.Equal(["d", "a", "b", "c"], MappingOrder.ParentsFirst(mappings).Select(mapping => mapping.Name));
        Assert.Equal(["a", "b", "c"], Assert.Single(MappingOrder.FindCircles(mappings)));
    }

    [Fact]
    public void Any_mappings_keep_their_number_and_free_ones_follow_their_parents() =>
        Gen.Int[0, 7].Array[0, 3].Array[8].Sample(references =>
        {
            var mappings = references.Select((parents, i) => CheckSamples.Of($"m{i}", [.. parents.Select(parent => $"m{parent}")])).ToList();
            var order = MappingOrder.ParentsFirst(mappings).Select(mapping => mapping.Name).ToList();

            Assert.Equal(8, order.Distinct().Count());
            if (MappingOrder.FindCircles(mappings).Count == 0)
            {
                Assert.All(mappings, mapping => Assert.All(
                    MappingOrder.ParentsOf(mapping), parent => Assert.True(order.IndexOf(parent) < order.IndexOf(mapping.Name))));
            }
        });
}
