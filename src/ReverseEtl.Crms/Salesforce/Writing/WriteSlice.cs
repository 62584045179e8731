using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>Writes of one kind that go in one request.</summary>
/// <param name="Lane">The way that they go.</param>
/// <param name="Kind">Their kind; an archive is a delete here, since a delete goes to the recycle bin.</param>
/// <param name="Items">The writes, each with its place in the batch.</param>
internal sealed record WriteSlice(IWriteLane Lane, CrmWriteKind Kind, IReadOnlyList<(int At, CrmWrite Write)> Items)
{
    /// <summary>Whether all of them are creates that must leave a record alone that has their key already.</summary>
    public bool OnlyNew { get; init; }

    /// <summary>The slice in two halves.</summary>
    public (WriteSlice Left, WriteSlice Right) Halve()
    {
        var half = Items.Count / 2;
        return (this with { Items = [.. Items.Take(half)] }, this with { Items = [.. Items.Skip(half)] });
    }
}
