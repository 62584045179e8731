using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.State;

/// <summary>One linked warehouse row and CRM record.</summary>
/// <param name="Key">Warehouse key.</param>
/// <param name="CrmId">CRM record id; null while the record is being created, and when it was given up to another row after a merge.</param>
/// <param name="State">Where the pair stands.</param>
/// <param name="Epoch">Rises whenever the pair changes identity (re-linked, merged, re-keyed); anything older is void.</param>
/// <param name="WarehousePrint">Fingerprint of the row that was last planned for; <see cref="Fingerprint.None"/> when it must be planned again.</param>
/// <param name="CrmPrint">Likewise for the CRM record.</param>
/// <param name="CrmVersion">The CRM version last seen or known to be reached by our own write; anything older is a stale read.</param>
/// <param name="Bases">One base a mapped field, in the mapping's order; null where nothing is agreed yet.</param>
public sealed record Pair(
    string Key,
    string? CrmId,
    PairState State,
    int Epoch,
    Fingerprint WarehousePrint,
    Fingerprint CrmPrint,
    DateTimeOffset CrmVersion,
    FieldBase?[] Bases)
{
    /// <summary>Whether the CRM record was created by us. What <c>mode: mirror</c> may delete.</summary>
    public bool IsOurs { get; init; }

    /// <summary>
    /// The warehouse's own hash of the row that <see cref="WarehousePrint"/> stands for (see <see cref="Scans.IKeyScan.Hash"/>); 0 when it is not
    /// known.
    /// </summary>
    public long RowHash { get; init; }
}

/// <summary>What the merge of the model with the state needs of a pair.</summary>
/// <param name="Key">Warehouse key.</param>
/// <param name="WarehousePrint">Fingerprint of the row that was last planned for.</param>
/// <param name="State">Where the pair stands.</param>
/// <param name="RowHash">The warehouse's own hash of that row; 0 when it is not known.</param>
public readonly record struct PairPrint(string Key, Fingerprint WarehousePrint, PairState State, long RowHash = 0);
