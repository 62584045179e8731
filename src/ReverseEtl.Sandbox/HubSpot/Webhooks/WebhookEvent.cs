using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>One event on its way to one app.</summary>
/// <param name="App">Who is told.</param>
/// <param name="Body">All members but the number of the attempt.</param>
/// <param name="At">When it happened.</param>
internal sealed record WebhookEvent(WebhookApp App, JsonObject Body, DateTimeOffset At)
{
    public JsonObject AsOf(int attempt)
    {
        var body = Body.DeepClone().AsObject();
        body["attemptNumber"] = attempt;
        return body;
    }
}
