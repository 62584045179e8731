using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// What a refused request means for the whole connection (reference §1.1, §8.3). Messages name no values and no secrets.
/// </summary>
internal static class HubSpotFailures
{
    /// <summary>The exception for an answer that is no success.</summary>
    /// <param name="what">What was asked for, for people: <c>reading contacts</c>.</param>
    /// <param name="status">The status.</param>
    /// <param name="error">The body, as far as it could be read.</param>
    /// <param name="retryAfter">How long HubSpot asks to wait.</param>
    public static PortException Of(string what, int status, WireError? error, TimeSpan? retryAfter)
    {
        var trace = error?.CorrelationId is { Length: > 0 } id ? $" (correlation id {id})" : "";
        return status switch
        {
            401 => new PortException(PortTrouble.SignIn,
                $"HubSpot does not accept the access token{Named(error?.Category)} while {what}: "
                + "it is missing, expired, rotated or revoked. Set AccessToken of this connection to a valid service key or app token, or "
                + "authorise the app again" + trace + "."),
            403 => new PortException(PortTrouble.Refused, Forbidden(what, error) + trace + "."),
            404 => new PortException(PortTrouble.Refused,
                $"HubSpot knows no such resource while {what}; check the object type, BaseUrl and ApiVersion" + trace + "."),
            429 => new PortException(
                PortTrouble.Limited, $"HubSpot's limit is used up while {what}{Named(error?.PolicyName)}{Wait(retryAfter, IsLong(retryAfter) ? "the day of the account ends in" : "it is free again in")}" + trace + ".")
            {
                RetryAfter = retryAfter,
            },
            477 => new PortException(
                PortTrouble.Limited, $"HubSpot is moving this account to another data centre and takes no requests meanwhile{Wait(retryAfter, "it asks to wait")}" + trace + ".")
            {
                RetryAfter = retryAfter,
            },
            408 or 423 or >= 500 => new PortException(PortTrouble.Unavailable, $"HubSpot answered {status} while {what}" + trace + ".")
            {
                RetryAfter = retryAfter,
            },
            _ => new PortException(
                PortTrouble.Refused, $"HubSpot refused {what} with {status}{Named(error?.Category)}{Details(error)}" + trace + "."),
        };
    }

    /// <summary>The key property cannot carry a key.</summary>
    public static PortException NoKey(HubSpotObject type, string key) => new(
        PortTrouble.Refused,
        $"HubSpot does not keep the property '{key}' of {type.Type} unique, so it cannot carry the warehouse key. Create a property with "
        + "unique values (this cannot be switched on later) and name it as the mapping's key.");

    /// <summary>The scopes of which the error asks for one.</summary>
    public static IReadOnlyList<string> ScopesOf(WireError? error) => error is null ? [] : (error.Errors ?? []).Select(detail => detail.Context).Append(error.Context)
        .SelectMany(context => context ?? [])
        .Where(member => member.Key.Contains("scope", StringComparison.OrdinalIgnoreCase))
        .SelectMany(member => member.Value)
        .Distinct(StringComparer.Ordinal)
        .ToList();

    private static string Forbidden(string what, WireError? error)
    {
        var scopes = ScopesOf(error);
        return scopes.Count > 0
            ? $"The access token lacks a scope for {what}; grant one of: {string.Join(", ", scopes)}"
            : $"HubSpot forbids {what}{Named(error?.Category)}: the access token lacks a scope or permission";
    }

    // Only codes and property names: the words of a validation error quote the value.
    private static string Details(WireError? error)
    {
        var details = error is null ? [] : HubSpotErrors.Reasons(error)
            .Select(reason => reason.Field is null ? reason.Code : $"{reason.Code} {reason.Field}")
            .Where(text => text.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return details.Count == 0 ? "" : $": {string.Join(", ", details)}";
    }

    private static bool IsLong(TimeSpan? wait) => wait > TimeSpan.FromMinutes(1);

    private static string Wait(TimeSpan? wait, string words) => wait is { Ticks: > 0 } length
        ? $"; {words} {(length.TotalHours >= 1 ? $"{(int)length.TotalHours} h " : "")}{(length.TotalMinutes >= 1 ? $"{length.Minutes} min" : $"{Math.Ceiling(length.TotalSeconds)} s")}"
        : "";

    private static string Named(string? name) => name is { Length: > 0 } ? $" ({name})" : "";
}
