using CsCheck;

namespace ReverseEtl.State.Tests;

/// <summary>One of a few given things.</summary>
internal static class AnyOfGen
{
    public static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
