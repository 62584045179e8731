using System.Text.Json.Serialization;

namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>HubSpot's error, for a whole request or for a row of a batch. Every member may be missing.</summary>
internal sealed record WireError
{
    public string? Category { get; init; }

    /// <summary>What of the category; a text, or an object of which nothing is known.</summary>
    public string? SubCategory { get; init; }

    /// <summary>Words for people; may hold a JSON array of <see cref="WireInvalid"/> behind a colon.</summary>
    public string? Message { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>With status 429: <c>SECONDLY</c>, <c>TEN_SECONDLY_ROLLING</c> or <c>DAILY</c>.</summary>
    public string? PolicyName { get; init; }

    [JsonConverter(typeof(ContextConverter))]
    public Dictionary<string, List<string>>? Context { get; init; }

    public List<WireErrorDetail>? Errors { get; init; }

    /// <summary>The values of one context member; empty when it is not there.</summary>
    public IReadOnlyList<string> In(string member) => Context?.GetValueOrDefault(member) ?? [];
}

/// <summary>One of several reasons.</summary>
internal sealed record WireErrorDetail
{
    public string? Message { get; init; }

    public string? Code { get; init; }

    [JsonConverter(typeof(ContextConverter))]
    public Dictionary<string, List<string>>? Context { get; init; }
}

/// <summary>One invalid property, as it stands in the array inside a message.</summary>
internal sealed record WireInvalid(string? Name, string? Error, string? Message);
