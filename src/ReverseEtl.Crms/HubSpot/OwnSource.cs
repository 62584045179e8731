using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Tells in a property's history what this connection wrote: HubSpot notes the app behind a token as <c>sourceId</c> (reference §5.4).
/// </summary>
/// <param name="client">Asks which app the token belongs to.</param>
/// <param name="configured">The app as configured; null to ask.</param>
internal sealed class OwnSource(HubSpotClient client, string? configured)
{
    private string? _id = configured;

    /// <summary>The id under which our changes stand in histories.</summary>
    /// <remarks>
    /// Asked for once. Where HubSpot does not tell, there is no guess: taking another app's change for ours would hide that it was
    /// overwritten, and taking ours for another's would call every write of ours a loss.
    /// </remarks>
    /// <exception cref="PortException">HubSpot cannot be reached, or does not tell and nothing is configured.</exception>
    public async Task<string> IdAsync(CancellationToken cancellationToken)
    {
        if (_id is { } known)
        {
            return known;
        }

        return _id = await client.AppIdAsync(cancellationToken) is { Length: > 0 } app
            ? app
            : throw new PortException(
                PortTrouble.Refused,
                "HubSpot does not tell which app the access token belongs to, so our own changes cannot be told from others' in a property's "
                + "history. Set AppId of this connection to the sourceId that the history shows for changes made with this token.");
    }
}
