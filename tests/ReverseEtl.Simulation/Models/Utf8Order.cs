using ReverseEtl.Core.Values;

namespace ReverseEtl.Simulation.Models;

/// <summary>The order of keys everywhere; collections that are enumerated use it, because hash order is no order.</summary>
internal static class Utf8Order
{
    public static Comparer<string> Instance { get; } = Comparer<string>.Create(RecordKey.Compare);
}
