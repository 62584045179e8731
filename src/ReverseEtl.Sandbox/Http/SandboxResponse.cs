using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Http;

/// <summary>What becomes of an answer on its way back.</summary>
public enum Delivery
{
    /// <summary>The client gets the answer.</summary>
    Answered,

    /// <summary>The connection breaks; whatever the request did, stays done.</summary>
    ConnectionReset,

    /// <summary>Nothing ever comes back; the client must give up by itself.</summary>
    NeverAnswered,
}

/// <summary>The answer of a simulated CRM.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Headers">Response headers; <c>Content-Type</c> among them when there is a body.</param>
/// <param name="Body">The body; empty for none.</param>
public sealed record SandboxResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Characters stand for themselves, quotes as <c>\"</c>, the way CRMs write JSON.</summary>
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How the answer travels; the faults change it.</summary>
    public Delivery Delivery { get; init; }

    /// <summary>How long the answer takes beyond the model's own (zero) time.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>An answer with a JSON body.</summary>
    public static SandboxResponse Json(int status, JsonNode? body) =>
        Content(status, "application/json;charset=UTF-8", body?.ToJsonString(Relaxed) ?? "null");

    /// <summary>An answer with a body of the given type.</summary>
    public static SandboxResponse Content(int status, string contentType, string body) =>
        new(status, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = contentType },
            Encoding.UTF8.GetBytes(body));

    /// <summary>An answer without a body.</summary>
    public static SandboxResponse Empty(int status) =>
        new(status, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), []);

    /// <summary>The same answer with one more header.</summary>
    public SandboxResponse With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value } };
}
