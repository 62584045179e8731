using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Makes rejects of errors, with the time of the next attempt.</summary>
internal static class Rejects
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private static readonly TimeSpan FirstMovedDelay = TimeSpan.FromSeconds(15);

    /// <summary>The class of a row that cannot be told from others by its key.</summary>
    public const string KeyClass = "key";

    /// <summary>The class of a record that is not made because another one is in the way.</summary>
    public const string DuplicateClass = "duplicate";

    /// <summary>The class of a write that names what the CRM does not know or does not let be written.</summary>
    public const string SchemaClass = "schema";

    /// <summary>The class of a record that keeps moving while it is to be written.</summary>
    public const string MovedClass = "moved";

    public static Reject Of(CycleContext context, Draft draft, Side side, CrmError error)
    {
        var work = draft.Work;
        var attempts = (work.StandingReject(side)?.Attempts ?? 0) + 1;

        // Of the row as our own write left it: what we did to it ourselves is no reason to try again.
        var print = side is Side.Crm ? work.Row is { } row ? context.Runtime.Print(Receipts.Written(context, draft, row)) : work.Pair.WarehousePrint
            : work.Record is { } record ? context.Runtime.Print(record, RecordKey.Display(work.Key)) : work.Pair.CrmPrint;

        // A record that was not made because another one is in its place may be that one's, and is linked to it at once; should that have broken off,
        // one more attempt finds it again. And a field that is really gone parks its line: one that the CRM did not know for a moment will be there
        // again.
        var isMet = draft.CrmWrite is { OnlyNew: true } || (draft.Crm?.Intent.Action is RecordAction.Create && error.ExistingId is not null && attempts == 1);
        var isLater = (isMet && side is Side.Crm && error.Class is DuplicateClass) || error is { Class: SchemaClass, Retry: RetryRule.AfterChange };
        var retry = isLater ? RetryRule.Later : error.Retry;
        return new Reject(work.Key, work.Pair.CrmId, side, error.Class, Words(error), retry, print, attempts, Next(context, error with { Retry = retry }, attempts));
    }

    private static string Words(CrmError error) =>
        (error.Code.Length > 0 ? $"{error.Code}: " : "") + error.Message + (error.ExistingId is { } id ? $" (record {id})" : "");

    // Doubled each time: 5 min, 10 min, 20 min, … a day. A record that moved is quiet again soon, as a rule: 15 s, 30 s, …
    private static DateTimeOffset? Next(CycleContext context, CrmError error, int attempts) => error.Retry switch
    {
        RetryRule.Now or RetryRule.Later => context.Now + TimeSpan.FromTicks(Math.Min(
            LongestDelay.Ticks, (error.Class is MovedClass ? FirstMovedDelay : context.Options.RetryDelay).Ticks << Math.Min(attempts - 1, 12))),
        _ => null,
    };
}
