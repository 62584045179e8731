using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;

namespace ReverseEtl.Core.Tests.Protocol;

/// <summary>What becomes the base after a confirmed write.</summary>
internal enum ReceiptFrom
{
    /// <summary>What the answer says was stored.</summary>
    Answer,

    /// <summary>What was sent, until the record is seen with us as its last author.</summary>
    Sent,

    /// <summary>What the record shows when it is read after the answer.</summary>
    ReadBack,

    /// <summary>The same, but only while we are its last author.</summary>
    ReadBackIfOurs,
}

/// <summary>How a write is judged whose answer never came.</summary>
internal enum RecoverBy
{
    /// <summary>It happened when the history says so or the record shows what was sent.</summary>
    Value,

    /// <summary>It happened when we changed the record last.</summary>
    Author,

    /// <summary>It happened when the record carries its stamp.</summary>
    Stamp,
}

/// <summary>A protocol to explore: what the CRM offers, what the daemon makes of it, and how much may go wrong.</summary>
internal sealed record Variant
{
    /// <summary>A write is refused when the record moved since the decision saw it.</summary>
    public bool HasCondition { get; init; }

    /// <summary>The CRM tells what values a field had.</summary>
    public bool HasHistory { get; init; }

    /// <summary>A write whose answer was lost is judged only when it cannot land any more.</summary>
    public bool HasFence { get; init; }

    /// <summary>Every write of ours puts its number on the record. The product has no such field; the model shows what it would be worth.</summary>
    public bool HasStamp => Recovery is RecoverBy.Stamp;

    public ReceiptFrom Receipt { get; init; }

    public RecoverBy Recovery { get; init; }

    public FieldRule Rule { get; init; } = Make.Shared();

    /// <summary>What the CRM makes of a value.</summary>
    public Normaliser CrmSpells { get; init; } = Normaliser.All[1];

    /// <summary>What the warehouse makes of a value.</summary>
    public Normaliser WarehouseSpells { get; init; } = Normaliser.Identity;

    /// <summary>The row is written in the transaction that records it.</summary>
    public bool RowIsInTransaction { get; init; } = true;

    /// <summary>A row that shows what a lost write was to store is taken for written; else it is only looked at again.</summary>
    public bool RecoversRows { get; init; }

    /// <summary>What a write replaced unseen is named for a person, as far as the history tells.</summary>
    public bool NamesOverwritten { get; init; } = true;

    /// <summary>The base is one value that both sides are compared with, instead of a half for each.</summary>
    public bool HasOneBase { get; init; }

    /// <summary>How much people do and how much goes wrong.</summary>
    public Budget Budget { get; init; } = new(WarehouseEdits: 2, CrmEdits: 2, Timeouts: 1, Crashes: 1);
}
