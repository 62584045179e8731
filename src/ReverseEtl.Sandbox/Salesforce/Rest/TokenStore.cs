using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Sandbox.Salesforce.Model;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Access tokens: no two alike, dead after idling or after a number of calls (reference §1.1).</summary>
internal sealed class TokenStore(Org org)
{
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private int _issued;

    public string Issue(string userId)
    {
        var seed = Encoding.ASCII.GetBytes($"{org.Options.Seed}-{++_issued}-{userId}");
        var secret = Convert.ToBase64String(SHA512.HashData(seed)).TrimEnd('=').Replace('+', '.').Replace('/', '_');
        var token = $"{org.Users.OrganizationId[..15]}!AQ{secret}";
        _sessions[token] = new Session(userId, org.Instant);
        return token;
    }

    /// <summary>The user behind a token, which this call keeps alive; null for a token that is unknown or dead.</summary>
    public string? Use(string token)
    {
        if (!_sessions.TryGetValue(token, out var session))
        {
            return null;
        }

        var switches = org.Switches;
        var idle = org.Instant - session.LastUsed;
        if ((switches.TokenLifetimeSeconds > 0 && idle.TotalSeconds >= switches.TokenLifetimeSeconds)
            || (switches.TokenLifetimeCalls > 0 && session.Calls >= switches.TokenLifetimeCalls))
        {
            _sessions.Remove(token);
            return null;
        }

        session.LastUsed = org.Instant;
        session.Calls++;
        return session.UserId;
    }

    public void Revoke(string token) => _sessions.Remove(token);

    public void RevokeAll() => _sessions.Clear();

    private sealed class Session(string userId, DateTimeOffset now)
    {
        public string UserId => userId;

        public DateTimeOffset LastUsed { get; set; } = now;

        public int Calls { get; set; }
    }
}
