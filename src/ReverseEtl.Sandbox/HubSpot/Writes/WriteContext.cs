namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Who writes, when, and under which rules.</summary>
/// <param name="Source">Goes into the history of every value.</param>
/// <param name="At">Server time of the write.</param>
/// <param name="Version">The API version, null for people and for HubSpot itself.</param>
/// <param name="MayWriteReadOnly">HubSpot's own calculations may set what nobody else can.</param>
internal sealed record WriteContext(
    WriteSource Source, DateTimeOffset At, ApiVersion? Version = null, bool MayWriteReadOnly = false)
{
    public bool IsApi => Version is not null;
}
