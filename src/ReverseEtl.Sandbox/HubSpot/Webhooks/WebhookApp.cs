namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What one app wants to hear of, and where.</summary>
internal sealed class WebhookApp(string appId)
{
    /// <summary>The most subscriptions of one app.</summary>
    public const int MaxSubscriptions = 1_000;

    public string AppId { get; } = appId;

    /// <summary>Null while the app wants nothing.</summary>
    public string? TargetUrl { get; private set; }

    /// <summary>Sets where to. HubSpot takes https addresses only, the sandbox also those of this machine. Throws <see cref="RefusalException"/>.</summary>
    public void SendTo(string url)
    {
        Refuse.Unless(
            Uri.TryCreate(url, UriKind.Absolute, out var address)
                && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)),
            "targetUrl must be an https address");
        TargetUrl = url;
    }

    /// <summary>Sends no more.</summary>
    public void Silence() => TargetUrl = null;

    /// <summary>Deliveries under way at the same time.</summary>
    public int MaxConcurrentRequests { get; set; } = 10;

    public List<WebhookSubscription> Subscriptions { get; } = [];
}

/// <summary>One kind of event that an app wants.</summary>
/// <param name="Id">Unique in the account.</param>
/// <param name="EventType">e.g. <c>contact.propertyChange</c>, or <c>object.creation</c> with an object type.</param>
/// <param name="ObjectTypeId">For <c>object.*</c>; else null.</param>
/// <param name="PropertyName">For property changes; else null. There is no "all properties".</param>
/// <param name="Active">Events are sent.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record WebhookSubscription(
    long Id, string EventType, string? ObjectTypeId, string? PropertyName, bool Active, DateTimeOffset CreatedAt)
{
    private static readonly string[] Nouns = ["contact", "company", "deal", "ticket", "product", "line_item", "object"];
    private static readonly string[] Verbs = ["creation", "deletion", "merge", "restore", "propertyChange", "associationChange"];
    private static readonly string[] Unsubscribable = ["hs_lastmodifieddate", "lastmodifieddate", "num_unique_conversion_events"];

    /// <summary>Whether an event is wanted. Standard types go by their noun or by their id, custom ones, which have no noun, by their id.</summary>
    public bool Wants(string? noun, string verb, string objectTypeId, string? property) =>
        Active && PropertyName == property
        && ((noun is not null && EventType == $"{noun}.{verb}") || (EventType == $"object.{verb}" && ObjectTypeId == objectTypeId));

    /// <summary>Why there can be no such subscription; null when there can.</summary>
    public string? Fault()
    {
        var parts = EventType.Split('.');
        var isKnown = EventType is "contact.privacyDeletion"
            || (parts is [var noun, var verb] && Nouns.Contains(noun) && Verbs.Contains(verb) && (noun, verb) is not ("product", "associationChange"));
        return this switch
        {
            _ when !isKnown => $"'{EventType}' is not a valid event type",
            { ObjectTypeId: null } when parts[0] is "object" => "objectTypeId is required for object events",
            { PropertyName: null } when parts[1] is "propertyChange" => "propertyName is required for property changes",
            { PropertyName: { } name } when Unsubscribable.Contains(name) => $"'{name}' cannot be subscribed to",
            _ => null,
        };
    }
}
