using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>
/// Faults as Salesforce and what stands before it answer them, ready for <see cref="SandboxSite.Inject"/> (reference §2.1, §4, §8).
/// </summary>
public static class SalesforceFaults
{
    private const string Html = "text/html;charset=UTF-8";

    /// <summary>420: the Edge has no route for the host, told in HTML.</summary>
    public static Fault EdgeHasNoRoute { get; } = new(
        FaultKind.Answer,
        Status: 420,
        ContentType: Html,
        Body: "<html><head><title>Service Unavailable</title></head><body>No route</body></html>");

    /// <summary>500 of a proxy, told in HTML.</summary>
    public static Fault InternalServerError { get; } =
        new(FaultKind.Answer, Status: 500, ContentType: Html, Body: "<html><body>An internal server error has occurred</body></html>");

    /// <summary>502 between the Edge and the instance, without a body.</summary>
    public static Fault BadGateway { get; } = new(FaultKind.Answer, Status: 502, ContentType: Html);

    /// <summary>503 while the instance is under maintenance or overloaded.</summary>
    public static Fault ServerUnavailable { get; } = Error(503, "SERVER_UNAVAILABLE", "Server is too busy. Please try again later.");

    /// <summary>403 because too many long requests run at once: seconds of patience help, unlike with the daily limit.</summary>
    public static Fault TooManyConcurrentRequests { get; } =
        Error(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");

    /// <summary>400 for a query that takes too long.</summary>
    public static Fault QueryTimeout { get; } = Error(400, "QUERY_TIMEOUT", "Your query request was running for too long.");

    /// <summary>400 with an error id, for which nobody outside knows the reason.</summary>
    public static Fault UnknownException { get; } =
        Error(400, "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (1)");

    private static Fault Error(int status, string code, string message) => new(
        FaultKind.Answer,
        Status: status,
        ContentType: "application/json;charset=UTF-8",
        Body: $$"""[{"message":"{{message}}","errorCode":"{{code}}"}]""");
}
