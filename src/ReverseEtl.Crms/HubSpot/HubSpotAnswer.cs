using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>An answer that came in whole.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body, which need not be JSON. In bytes: as text most answers would be large objects to the garbage collector.</param>
internal sealed record HubSpotAnswer(int Status, byte[] Body)
{
    /// <summary>HubSpot's clock when it answered.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>How long HubSpot asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether the request may have taken effect although this answer is none (see <see cref="Http.SendTrail.IsOpen"/>).
    /// </summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether an earlier attempt of the request got no answer (see <see cref="Http.SendTrail.MayHaveHappened"/>).</summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>Status 207 is a success too: of some rows.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether it is a page for people, which HubSpot's API never sends: something in between answered.</summary>
    public bool IsPage => Body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'<', ..];

    /// <summary>The error; one without members when the body is none of HubSpot's, such as a proxy's page.</summary>
    public WireError Error => HubSpotJson.TryRead<WireError>(Body) ?? new WireError();

    /// <summary>The body of a success.</summary>
    /// <exception cref="PortException">It is not what it should be.</exception>
    public T Read<T>(string what)
        where T : class =>
        HubSpotJson.TryRead<T>(Body) ?? throw new PortException(PortTrouble.Unavailable, $"HubSpot's answer to {what} cannot be read.");

    /// <summary>The answer itself, if it is a success.</summary>
    /// <exception cref="PortException">It is not.</exception>
    public HubSpotAnswer Require(string what) => IsSuccess ? this : throw Failure(what);

    /// <summary>What this answer means for the whole connection.</summary>
    public PortException Failure(string what) => HubSpotFailures.Of(what, Status, Error, RetryAfter);
}
