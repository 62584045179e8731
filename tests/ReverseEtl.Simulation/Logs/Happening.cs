using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Logs;

/// <summary>One thing that happened in a simulation, as an observer sees it who knows everything.</summary>
/// <param name="At">Virtual time.</param>
public abstract record Happening(DateTimeOffset At);

/// <summary>A field of a row or record holds another value than before.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Mapping">The mapping it belongs to.</param>
/// <param name="Side">Where.</param>
/// <param name="Record">Warehouse key or CRM id.</param>
/// <param name="Field">Column or CRM field.</param>
/// <param name="Before">What it held; null for nothing.</param>
/// <param name="After">What it holds.</param>
/// <param name="By">Who did it.</param>
public sealed record FieldChanged(
    DateTimeOffset At, string Mapping, Side Side, string Record, string Field, string? Before, string? After, Author By) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"{Side} {Mapping} {Record}.{Field}: {Before ?? "∅"} → {After ?? "∅"} by {By}";
}

/// <summary>Something was entered into a table that a model is built from, or landed in one.</summary>
public sealed record Staged(DateTimeOffset At, string Table, string Record, string Field, string? Value, Author By) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"{Table} {Record}.{Field} = {Value ?? "∅"} by {By}";
}

/// <summary>What became of a whole record.</summary>
public enum Fate
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>It is in the recycle bin, or the row is gone.</summary>
    Deleted,

    /// <summary>It is back under its old id.</summary>
    Returned,

    /// <summary>It went into another record.</summary>
    Merged,

    /// <summary>It is gone without a trace.</summary>
    Purged,
}

/// <summary>A record came or went.</summary>
public sealed record RecordChanged(DateTimeOffset At, string Mapping, Side Side, string Record, Fate Fate, string? Into, Author By) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"{Side} {Mapping} {Record} {Fate}{(Into is null ? "" : $" into {Into}")} by {By}";
}

/// <summary>A write of the engine left a process for the CRM.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Process">Who sends.</param>
/// <param name="Mapping">For which mapping.</param>
/// <param name="Exchange">The request.</param>
/// <param name="Record">CRM id; null for an upsert by key.</param>
/// <param name="Key">The warehouse key that goes with it, if any.</param>
/// <param name="Fields">Names and values; empty for a removal.</param>
/// <param name="IsConditional">Whether it carries a condition.</param>
public sealed record Sent(
    DateTimeOffset At, string Process, string Mapping, long Exchange, string? Record, string? Key,
    IReadOnlyList<KeyValuePair<string, string?>> Fields, bool IsRemoval, bool IsConditional) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"{Process}#{Exchange} sends {Mapping} {(IsRemoval ? "removal of " : "")}{Record ?? $"key {Key}"}{(IsConditional ? " if unmoved" : "")} "
        + string.Join(", ", Fields.Select(f => $"{f.Key}={f.Value ?? "∅"}"));
}

/// <summary>A request of the engine reached the CRM.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Exchange">The request.</param>
/// <param name="IsLate">Whether its sender had given up on it by then.</param>
/// <param name="Moved">How many of its writes the CRM refused because the record had moved.</param>
public sealed record Landed(DateTimeOffset At, long Exchange, bool IsLate, int Moved) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"#{Exchange} reaches the CRM{(IsLate ? " late" : "")}{(Moved > 0 ? $", {Moved} refused as moved" : "")}";
}

/// <summary>An intent entered the journal.</summary>
public sealed record IntentJournalled(DateTimeOffset At, string Mapping, Intent Intent) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"journal {Mapping} {Intent.Id}: {Intent.Action} {Intent.Side} {Intent.Key}/{Intent.CrmId} epoch {Intent.Epoch} "
        + string.Join(", ", Intent.Fields.Select(f => $"{f.Field}={f.Sent} ({f.Rule})"));
}

/// <summary>The outcome of an intent is known.</summary>
public sealed record IntentClosed(DateTimeOffset At, string Mapping, Intent Intent) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"journal {Mapping} {Intent.Id} closed";
}

/// <summary>A value that a write of ours replaced was recorded.</summary>
public sealed record LossRecorded(DateTimeOffset At, string Mapping, Loss Loss) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"loss {Mapping} {Loss.Key}/{Loss.CrmId} {Loss.Side}.{Loss.Field} = {Loss.Value} of {Loss.Author} ({Loss.Rule})";
}

/// <summary>A question was opened, presented anew, answered or closed.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Mapping">Of which mapping.</param>
/// <param name="Question">As it stands now.</param>
/// <param name="Outcome">How it was closed; null while it is open.</param>
public sealed record QuestionChanged(DateTimeOffset At, string Mapping, Conflict Question, string? Outcome) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"question {Mapping} {Question.Id}: {Question.Kind} {Question.Key}/{Question.CrmId}.{Question.Field} w={Question.Warehouse} c={Question.Crm}"
        + (Outcome is not null ? $" closed: {Outcome}" : Question.Resolution is { } answer ? $" answered {answer.Choice} {answer.Value}" : " open");
}

/// <summary>What the state knows of a pair changed.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Mapping">Of which mapping.</param>
/// <param name="Key">Warehouse key.</param>
/// <param name="Pair">As it stands now; null when it is no more.</param>
/// <param name="Fields">What the bases are of: warehouse and CRM names, in order.</param>
public sealed record PairStored(
    DateTimeOffset At, string Mapping, string Key, Pair? Pair, IReadOnlyList<(string Warehouse, string Crm)> Fields) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => Pair is null ? $"pair {Mapping} {Key} forgotten"
        : $"pair {Mapping} {Key}/{Pair.CrmId} {Pair.State} epoch {Pair.Epoch} {(Pair.WarehousePrint == Core.Values.Fingerprint.None ? "" : "w")}"
            + $"{(Pair.CrmPrint == Core.Values.Fingerprint.None ? "" : "c")} {string.Join(' ', Pair.Bases.Select(Text))}";

    private static string Text(FieldBase? held) => held is not { } b ? "-"
        : (b.Warehouse.IsHash ? b.Origin.ToString() : $"[{b.Warehouse.Value}|{b.Crm.Value} {b.Origin}]") + (b.Landed is null ? "" : "~");
}

/// <summary>Something was done to a record, or with it.</summary>
public sealed record ChangeNoted(DateTimeOffset At, string Mapping, Change Change) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"noted {Mapping} {Change.Key}/{Change.CrmId} {Change.Side} {Change.Action} {string.Join(',', Change.Fields)} ({string.Join(", ", Change.Rules.Distinct(StringComparer.Ordinal))})";
}

/// <summary>A record is refused, or no longer.</summary>
public sealed record RejectChanged(DateTimeOffset At, string Mapping, Reject Reject, bool Stands) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"reject {Mapping} {Reject.Key} {Reject.Side} {Reject.Class} ({Reject.Reason}) {(Stands ? $"next {Reject.NextAttemptAt:HH:mm:ss}" : "cleared")}";
}

/// <summary>A side was read through to a moment of its clock.</summary>
public sealed record WatermarkMoved(DateTimeOffset At, string Mapping, Side Side, Watermark Mark) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"watermark {Mapping} {Side} {Mark.Through:HH:mm:ss.fff}, full {Mark.FullAt:HH:mm:ss}";
}

/// <summary>A cycle began.</summary>
public sealed record CycleBegan(DateTimeOffset At, string Process, Mapping Mapping, CycleRequest Request) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"{Process} begins a cycle of {Mapping.Name}: {Request.Reason}{(Request.Heard.Count == 0 ? "" : $", heard of {string.Join(' ', Request.Heard)}")}";
}

/// <summary>A cycle ended.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Process">Whose.</param>
/// <param name="Mapping">Of which mapping.</param>
/// <param name="Result">What it came to; null when it was cut off by an error.</param>
/// <param name="Trouble">Why it failed.</param>
/// <param name="IsBug">Whether the error was none that a port may raise.</param>
public sealed record CycleEnded(DateTimeOffset At, string Process, string Mapping, RunResult? Result, string? Trouble, bool IsBug) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"{Process} ends a cycle of {Mapping}: {(Result is null ? $"failed, {Trouble}" : Result.Outcome)}";
}

/// <summary>An older state was put back. What it does not know is reported anew.</summary>
public sealed record StateRestored(DateTimeOffset At, DateTimeOffset Of) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"*** state restored as of {Of:MM-dd HH:mm:ss}";
}

/// <summary>The state found out that it is older than what the warehouse remembers of it.</summary>
public sealed record StateDoubted(DateTimeOffset At, string Mapping) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"state of {Mapping} must be compared";
}

/// <summary>The world did something to the engine: a fault, a kill, an edited mapping, a restored state.</summary>
public sealed record Struck(DateTimeOffset At, string What) : Happening(At)
{
    /// <inheritdoc />
    public override string ToString() => $"*** {What}";
}
