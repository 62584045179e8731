using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Gathers what a batch did, row by row.</summary>
internal sealed class BatchAnswer(HubSpotWorld world)
{
    private readonly List<JsonNode> _results = [];
    private readonly List<JsonNode> _errors = [];

    public void Add(JsonObject result) => _results.Add(result);

    public void Add(Failure failure, string? traceId) => _errors.Add(failure.Row(traceId));

    /// <summary>The answer: 207 as soon as one row failed. Results stand in no order that a client may rely on.</summary>
    public SandboxResponse Close(int status, DateTimeOffset at)
    {
        var results = _results.ToArray();
        if (world.Switches.ShuffleResults)
        {
            world.Shuffle.Shuffle(results);
        }

        var body = new JsonObject { ["status"] = "COMPLETE", ["results"] = new JsonArray(results) };
        if (_errors.Count > 0)
        {
            body["numErrors"] = _errors.Count;
            body["errors"] = new JsonArray([.. _errors]);
        }

        body["requestedAt"] = Instant.Text(at);
        body["startedAt"] = Instant.Text(at);
        body["completedAt"] = Instant.Text(at);
        return SandboxResponse.Json(_errors.Count > 0 ? 207 : status, body);
    }
}
