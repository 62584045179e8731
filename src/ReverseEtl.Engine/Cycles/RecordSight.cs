using System.Globalization;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// What a person is asked about when a question is about a whole record: the two sides as they were seen then. An answer is about that
/// sight, and not about what the record has become since.
/// </summary>
internal static class RecordSight
{
    /// <summary>One side as it is now: its fingerprint, absent when it is missing, not observed when it was not looked at.</summary>
    public static FieldValue Of(MappingRuntime runtime, Work work, Side side) => side is Side.Warehouse
        ? Shown(work.RowPresence, work.Row is { } row ? runtime.Print(row) : default)
        : Shown(work.RecordPresence, work.Record is { } record ? runtime.Print(record, RecordKey.Display(work.Key)) : default);

    /// <summary>Whether a side shows something else than when the question was asked.</summary>
    public static bool HasMoved(MappingRuntime runtime, Work work, Conflict question) =>
        Differs(question.Warehouse, Of(runtime, work, Side.Warehouse)) || Differs(question.Crm, Of(runtime, work, Side.Crm));

    private static FieldValue Shown(Presence presence, Fingerprint print) => presence switch
    {
        Presence.Present => FieldValue.Of(print.Bits.ToString("x32", CultureInfo.InvariantCulture)),
        Presence.Missing => FieldValue.Absent,
        _ => FieldValue.NotObserved,
    };

    private static bool Differs(FieldValue then, FieldValue now) =>
        then.State is not ValueState.NotObserved && now.State is not ValueState.NotObserved && then != now;
}
