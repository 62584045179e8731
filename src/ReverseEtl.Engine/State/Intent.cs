using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.State;

/// <summary>The journalled decision to write one record on one side.</summary>
/// <param name="Key">Warehouse key of the pair.</param>
/// <param name="CrmId">CRM id; null for a create.</param>
/// <param name="Side">Where it is written.</param>
/// <param name="Action">What is done.</param>
/// <param name="Epoch">The pair's epoch when it was planned.</param>
/// <param name="Fields">What is written.</param>
/// <param name="SeenVersion">The CRM version that the decision was based on.</param>
/// <param name="Run">The run that planned it.</param>
/// <param name="PreparedAt">When it was journalled.</param>
/// <param name="SendDeadline">It is never sent after this time.</param>
public sealed record Intent(
    string Key,
    string? CrmId,
    Side Side,
    RecordAction Action,
    int Epoch,
    IReadOnlyList<IntentField> Fields,
    DateTimeOffset SeenVersion,
    long Run,
    DateTimeOffset PreparedAt,
    DateTimeOffset SendDeadline)
{
    /// <summary>Given by the journal.</summary>
    public long Id { get; init; }
}

/// <summary>One field of an intent.</summary>
/// <param name="Field">Name of the column or CRM field on the written side.</param>
/// <param name="Sent">What is written.</param>
/// <param name="Source">The value on the other side that it stands for.</param>
/// <param name="Rule">Why, e.g. <c>owner: warehouse</c>.</param>
public sealed record IntentField(string Field, FieldValue Sent, FieldValue Source, string Rule)
{
    /// <summary>
    /// The value that is replaced and that the base does not name; not observed when there is none. It is journalled before the winner is
    /// written, so that no crash can lose it.
    /// </summary>
    public FieldValue Loses { get; init; }
}
