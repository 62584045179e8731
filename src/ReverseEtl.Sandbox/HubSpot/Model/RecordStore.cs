namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The records of one object type with their identities: ids, unique values, e-mail addresses.</summary>
/// <remarks>Ids only ever grow, so the list stays sorted by appending.</remarks>
internal sealed class RecordStore(ObjectType type, Func<DateTimeOffset> now)
{
    /// <summary>How long an archived record can still be read and restored.</summary>
    public static readonly TimeSpan RecycleBin = TimeSpan.FromDays(90);

    private readonly List<CrmRecord> _ordered = [];
    private readonly Dictionary<long, CrmRecord> _byId = [];
    private readonly Dictionary<(string Property, string Value), CrmRecord> _unique = [];
    private readonly Dictionary<string, CrmRecord> _emails = new(StringComparer.Ordinal);

    /// <summary>All records in order of id, also archived and merged-away ones; those past the recycle bin left out.</summary>
    public IEnumerable<CrmRecord> All => _ordered.Where(r => !Expired(r));

    public void Add(CrmRecord record)
    {
        _ordered.Add(record);
        _byId[record.Id] = record;
    }

    /// <summary>The record with exactly this id, archived or merged away or not.</summary>
    public CrmRecord? Exact(string id) =>
        long.TryParse(id, out var number) && _byId.TryGetValue(number, out var found) && !Expired(found) ? found : null;

    /// <summary>The record that this id leads to, through any merges.</summary>
    public CrmRecord? Resolve(string id)
    {
        if (!long.TryParse(id, out var number) || !_byId.TryGetValue(number, out var found))
        {
            return null;
        }

        while (found.MergedInto is { } survivor)
        {
            if (!_byId.TryGetValue(survivor, out found))
            {
                return null;
            }
        }

        return Expired(found) ? null : found;
    }

    /// <summary>The live record holding a unique value, or null.</summary>
    public CrmRecord? OwnerOf(string property, string value) => IsEmail(property)
        ? OwnerOfEmail(value)
        : _unique.TryGetValue((property, value), out var owner) && Survivor(owner) is { IsLive: true } live ? live : null;

    /// <summary>The live contact with this address, be it the primary or an additional one.</summary>
    public CrmRecord? OwnerOfEmail(string email) =>
        _emails.TryGetValue(email.Trim().ToLowerInvariant(), out var owner) && owner.IsLive ? owner : null;

    public bool IsEmail(string property) => type.HasEmailIdentity && property == "email";

    /// <summary>Up to <paramref name="count"/> records from an id on, that one included.</summary>
    public IEnumerable<CrmRecord> From(long id, int count, Func<CrmRecord, bool> wanted) =>
        _ordered.Skip(IndexOf(id)).Where(r => !Expired(r) && wanted(r)).Take(count);

    /// <summary>Replaces a record's snapshot and moves its identities from the old one to the new one.</summary>
    public void Move(CrmRecord record, RecordState next, Func<string, bool> isUnique)
    {
        Forget(record, isUnique);
        record.State = next;
        if (record.IsLive)
        {
            Claim(record, isUnique);
        }
    }

    /// <summary>Lets a unique value of a merged-away record lead to the survivor.</summary>
    public void Claim(string property, string value, CrmRecord record) => _unique[(property, value)] = record;

    /// <summary>Removes a record without a trace.</summary>
    public void Remove(CrmRecord record, Func<string, bool> isUnique)
    {
        Forget(record, isUnique);
        _byId.Remove(record.Id);
        _ordered.RemoveAt(IndexOf(record.Id));
    }

    public static IEnumerable<string> EmailsOf(RecordState state) => EmailsOf(state.Value("email"), state.Value("hs_additional_emails"));

    /// <summary>The primary address first.</summary>
    public static IEnumerable<string> EmailsOf(string? primary, string? additional)
    {
        if (!string.IsNullOrEmpty(primary))
        {
            yield return primary;
        }

        foreach (var other in (additional ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return other;
        }
    }

    private void Claim(CrmRecord record, Func<string, bool> isUnique)
    {
        foreach (var (name, version) in record.State.Values)
        {
            if (version.Value.Length > 0 && isUnique(name))
            {
                _unique[(name, version.Value)] = record;
            }
        }

        if (type.HasEmailIdentity)
        {
            foreach (var email in EmailsOf(record.State))
            {
                _emails[email] = record;
            }
        }
    }

    private void Forget(CrmRecord record, Func<string, bool> isUnique)
    {
        foreach (var (name, version) in record.State.Values)
        {
            if (version.Value.Length > 0 && isUnique(name) && _unique.GetValueOrDefault((name, version.Value)) == record)
            {
                _unique.Remove((name, version.Value));
            }
        }

        if (type.HasEmailIdentity)
        {
            foreach (var email in EmailsOf(record.State).Where(e => _emails.GetValueOrDefault(e) == record))
            {
                _emails.Remove(email);
            }
        }
    }

    private CrmRecord? Survivor(CrmRecord record) => record.MergedInto is null ? record : Resolve(record.IdText);

    private bool Expired(CrmRecord record) =>
        record.State.ArchivedAt is { } at && record.MergedInto is null && now() - at >= RecycleBin;

    private int IndexOf(long id)
    {
        var (low, high) = (0, _ordered.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ordered[middle].Id < id ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
