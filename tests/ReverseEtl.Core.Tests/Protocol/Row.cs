using System.Collections;

namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>A short list that equals another one with the same items in the same order, so that it can be part of a state.</summary>
internal readonly struct Row<T>(params T[] items) : IEquatable<Row<T>>, IReadOnlyList<T>
{
    private readonly T[]? _items = items;

    public int Count => Items.Length;

    private T[] Items => _items ?? [];

    public T this[int index] => Items[index];

    public Row<T> With(params IEnumerable<T> more) => new([.. Items, .. more]);

    public Row<T> Without(int index) => new([.. Items[..index], .. Items[(index + 1)..]]);

    public bool Equals(Row<T> other) => Items.AsSpan().SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is Row<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in Items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
