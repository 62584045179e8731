namespace ReverseEtl.Core.Recovery;

/// <summary>What a fresh look at the written record shows.</summary>
public enum Sight
{
    /// <summary>The record is there and has the version that the decision was based on: nothing has happened to it.</summary>
    SameVersion,

    /// <summary>It changed, and the last change was ours.</summary>
    ChangedByUs,

    /// <summary>It changed, and the last change was somebody else's.</summary>
    ChangedByOthers,

    /// <summary>It is not there: for a create, nothing carries our key.</summary>
    NotThere,
}

/// <summary>What to do with a write whose answer never came.</summary>
public enum RecoveryStep
{
    /// <summary>The request may still land: judge later.</summary>
    Wait,

    /// <summary>Something of ours landed; the fields that show this write, by value or in their history, are its receipt.</summary>
    Receipt,

    /// <summary>Plan again. Where others changed the record meanwhile, fields may still show that the write landed before.</summary>
    Replan,
}

/// <summary>Judges a write whose answer never came. Pure.</summary>
public static class Recover
{
    /// <summary>
    /// A request may land for as long as it can be in flight: the time until its send deadline plus the fence. (Salesforce ends a
    /// transaction after 10 minutes; the default fence is 15.) Before that no sight of the record proves anything, because an older
    /// request of ours may be what landed, and ours may land yet.
    /// </summary>
    public static RecoveryStep Judge(DateTimeOffset now, DateTimeOffset sendDeadline, TimeSpan fence, Sight sight) =>
        now < sendDeadline + fence ? RecoveryStep.Wait
        : sight is Sight.ChangedByUs ? RecoveryStep.Receipt
        : RecoveryStep.Replan;
}
