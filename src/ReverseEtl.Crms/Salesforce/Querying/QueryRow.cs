using System.Text.Json;

namespace ReverseEtl.Crms.Salesforce.Querying;

/// <summary>One row of an answer.</summary>
/// <param name="Json">The row; valid as long as its page.</param>
/// <param name="ReadAt">Salesforce's clock when it was read, at the earliest; null when the answer told no time.</param>
internal readonly record struct QueryRow(JsonElement Json, DateTimeOffset? ReadAt);
