using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Tells in a property's history what this connection wrote. For an app HubSpot notes its id as <c>sourceId</c>; what it notes for a service
/// key is not documented (reference §5.4, §17.2), so what our own writes left in histories counts as well.
/// </summary>
/// <param name="client">Asks which app the token belongs to.</param>
/// <param name="configured">The app as configured; null to ask.</param>
/// <param name="warnings">Where people are told that sources are shared.</param>
internal sealed class OwnSource(HubSpotClient client, string? configured, Warnings warnings)
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string? Type, string? Id)> _learnt = [];
    private string? _app = configured;
    private bool _isAsked = configured is not null;

    /// <summary>Whether anything is known yet.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_gate)
            {
                return _app is not null || _learnt.Count > 0;
            }
        }
    }

    /// <summary>Asks HubSpot for the token's app, until it has answered once.</summary>
    /// <returns>Why it could not be asked now; null when it was.</returns>
    public async Task<PortException?> AskAsync(CancellationToken cancellationToken)
    {
        if (_isAsked)
        {
            return null;
        }

        try
        {
            var app = await client.AppIdAsync(cancellationToken);
            lock (_gate)
            {
                _app = app is { Length: > 0 } ? app : null;
                _isAsked = true;
            }

            return null;
        }
        catch (PortException trouble)
        {
            return trouble;
        }
    }

    /// <summary>Takes an entry that a write of ours made.</summary>
    public void Learn(WireVersion own)
    {
        if (own.SourceType is null && own.SourceId is null)
        {
            return;
        }

        lock (_gate)
        {
            if ((_app is not null && own.SourceId == _app) || !_learnt.Add((own.SourceType, own.SourceId)))
            {
                return;
            }

            if (own.SourceId is null)
            {
                warnings.Tell(Shared(own.SourceType));
            }
            else if (_app is not null)
            {
                warnings.Tell($"HubSpot files our changes under {own.SourceId} and not under the app {_app}. Both count as ours now; set AppId of this connection to {own.SourceId}.");
            }
        }
    }

    /// <summary>Whether an entry is ours; null where nothing is known of our source.</summary>
    public bool? IsOurs(WireVersion entry)
    {
        lock (_gate)
        {
            return _app is null && _learnt.Count == 0 ? null
                : (_app is not null && entry.SourceId == _app) || _learnt.Contains((entry.SourceType, entry.SourceId));
        }
    }

    /// <summary>
    /// Tells people that nothing tells. There is no guess then: taking another app's change for ours would hide that it was overwritten, and
    /// taking ours for another's would call every write of ours a loss.
    /// </summary>
    public void TellUnknown() => warnings.Tell(
        "HubSpot does not tell which app the access token belongs to, so our own changes cannot be told from others' in a property's "
        + "history, and edits that our writes replace go unseen. Set AppId of this connection to the sourceId that the history shows for "
        + "changes made with this token.");

    private static string Shared(string? type) =>
        $"HubSpot files our changes as {type} without naming the app: changes of other apps that it files so too cannot be told from ours.";
}
