namespace ReverseEtl.Daemon.Explaining;

/// <summary>Why one record is as it is.</summary>
/// <param name="Mapping">The mapping.</param>
/// <param name="Key">Warehouse key as people see it.</param>
/// <param name="CrmId">CRM id.</param>
/// <param name="State">Where the pair stands; <c>unlinked</c> when there is none.</param>
/// <param name="Sentences">What holds for the record as a whole.</param>
/// <param name="Fields">Field by field.</param>
/// <param name="History">What was done, newest first.</param>
internal sealed record RecordExplanation(
    string Mapping, string? Key, string? CrmId, string State, IReadOnlyList<string> Sentences, IReadOnlyList<FieldExplanation> Fields,
    IReadOnlyList<HistoryLine> History);

/// <summary>Why one field is as it is.</summary>
/// <param name="Field">CRM field.</param>
/// <param name="Column">Warehouse column.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Base">The two values last seen to correspond; null where only a hash is kept.</param>
/// <param name="Warehouse">The warehouse's value now.</param>
/// <param name="Crm">The CRM's value now.</param>
/// <param name="LastWrite">The last write of ours; null when there is none in the history.</param>
/// <param name="Sentences">All of it in words.</param>
internal sealed record FieldExplanation(
    string Field, string Column, string Owner, BaseValues? Base, string? Warehouse, string? Crm, HistoryLine? LastWrite, IReadOnlyList<string> Sentences);

/// <summary>The halves of a base.</summary>
internal sealed record BaseValues(string? Warehouse, string? Crm);

/// <summary>Something that was done.</summary>
/// <param name="Run">The run.</param>
/// <param name="At">When.</param>
/// <param name="Side">Where.</param>
/// <param name="Action">What.</param>
/// <param name="Fields">To which fields.</param>
/// <param name="Rules">By which rules.</param>
internal sealed record HistoryLine(string Run, DateTimeOffset At, string Side, string Action, IReadOnlyList<string> Fields, IReadOnlyList<string> Rules);
