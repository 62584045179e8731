using ReverseEtl.Crms.HubSpot.Wire;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Who owns records, by id and by e-mail address (reference §11). Those who left still own what they did, but are given nothing any more. Kept
/// for a while, since people do not come and go by the minute.
/// </summary>
internal sealed class OwnerDirectory(HubSpotClient client, HubSpotPaths paths, TimeProvider time)
{
    private const int PageSize = 100;
    private static readonly TimeSpan Keeps = TimeSpan.FromMinutes(15);

    // Somebody who is not known may have come since.
    private static readonly TimeSpan KeepsMisses = TimeSpan.FromMinutes(1);
    private Owners? _known;

    /// <summary>Everybody, read anew where what is known is old, or lacks an id or address asked for.</summary>
    /// <exception cref="Engine.Ports.PortException">HubSpot cannot be asked, or the token may not.</exception>
    public async Task<Owners> ReadAsync(Func<Owners, bool> hasAll, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Volatile.Read(ref _known) is { } known && now - known.At < (hasAll(known) ? Keeps : KeepsMisses))
        {
            return known;
        }

        var active = await ListAsync(archived: false, cancellationToken);
        var left = await ListAsync(archived: true, cancellationToken);
        var read = new Owners(
            now,
            active.Concat(left).DistinctBy(owner => owner.Id).ToDictionary(owner => owner.Id!, owner => owner.Email!, StringComparer.Ordinal),
            active.ToLookup(owner => owner.Email!.Trim(), owner => owner.Id!, StringComparer.OrdinalIgnoreCase));
        Volatile.Write(ref _known, read);
        return read;
    }

    private async Task<List<WireOwner>> ListAsync(bool archived, CancellationToken cancellationToken)
    {
        const string What = "reading the owners";
        var owners = new List<WireOwner>();
        for (string? after = null; ;)
        {
            var answer = await client.ListAsync(paths.Owners, PageSize, after, archived, null, cancellationToken);
            var page = answer.Require(What).Read<WireOwners>(What);
            owners.AddRange((page.Results ?? []).Where(owner => owner is { Id.Length: > 0, Email.Length: > 0 }));
            if (page.Paging?.Next?.After is not { Length: > 0 } next || next == after)
            {
                return owners;
            }

            after = next;
        }
    }

    /// <summary>Who was there at a moment.</summary>
    /// <param name="At">When it was asked, by our clock.</param>
    /// <param name="Emails">The address of an id, those who left included.</param>
    /// <param name="Ids">The ids of those still there who have an address; letter case does not matter.</param>
    internal sealed record Owners(DateTimeOffset At, IReadOnlyDictionary<string, string> Emails, ILookup<string, string> Ids);
}
