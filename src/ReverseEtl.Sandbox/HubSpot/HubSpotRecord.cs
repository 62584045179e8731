namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A record as the simulator holds it, for tests.</summary>
/// <param name="Id">Record id.</param>
/// <param name="Properties">All stored values that are not empty, and the ones HubSpot keeps itself.</param>
/// <param name="CreatedAt">Creation.</param>
/// <param name="UpdatedAt">Last change.</param>
/// <param name="Archived">In the recycle bin, or merged away.</param>
/// <param name="ArchivedAt">Since when.</param>
/// <param name="MergedInto">The survivor, when it was merged away.</param>
public sealed record HubSpotRecord(
    string Id,
    IReadOnlyDictionary<string, string> Properties,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    bool Archived,
    DateTimeOffset? ArchivedAt,
    string? MergedInto);

/// <summary>One record written, or refused, through the API.</summary>
/// <param name="At">When.</param>
/// <param name="Operation"><c>create</c>, <c>update</c>, <c>upsert</c>, <c>archive</c>, <c>merge</c> or <c>gdpr-delete</c>.</param>
/// <param name="Type">Plural object name.</param>
/// <param name="Id">The record written; for a refusal the id that was sent, if any.</param>
/// <param name="Fields">Values as sent.</param>
/// <param name="Success">Whether it was stored.</param>
/// <param name="By">App id.</param>
/// <param name="Error">Why not.</param>
public sealed record HubSpotWrite(
    DateTimeOffset At,
    string Operation,
    string Type,
    string? Id,
    IReadOnlyDictionary<string, string> Fields,
    bool Success,
    string By,
    string? Error = null);
