using ReverseEtl.Core.Identity;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Notices rows whose keys differ by the case of letters alone, for a CRM that takes such keys for one: an upsert of the second row would write
/// over the record of the first. Keeps two hashes a row, not the keys.
/// </summary>
internal sealed class KeyTwins
{
    private readonly Dictionary<ulong, ulong> _firsts = [];

    /// <summary>Whether no other row came before whose key is the same to the CRM.</summary>
    public bool IsFirst(string key)
    {
        var value = FieldValue.Of(RecordKey.Display(key));
        if (MatchKey.Hash(MatchAs.CaseInsensitive, value) is not { } folded || MatchKey.Hash(MatchAs.Exact, value) is not { } exact)
        {
            return true;
        }

        if (_firsts.TryGetValue(folded, out var first))
        {
            return first == exact;
        }

        _firsts.Add(folded, exact);
        return true;
    }
}
