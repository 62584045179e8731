namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>What the API has written, oldest first; bounded, so that a long simulation does not fill the memory with it.</summary>
internal sealed class WriteLog(int capacity)
{
    private readonly List<ApiWrite> _entries = [];
    private int _dropped;

    public IReadOnlyList<ApiWrite> Entries => _entries;

    /// <summary>The present point, for <see cref="RolledBackSince"/>.</summary>
    public int Mark => _dropped + _entries.Count;

    public void Add(ApiWrite entry)
    {
        if (_entries.Count >= capacity)
        {
            var half = Math.Max(1, capacity / 2);
            _entries.RemoveRange(0, half);
            _dropped += half;
        }

        _entries.Add(entry);
    }

    /// <summary>Marks everything written since as undone.</summary>
    public void RolledBackSince(int mark)
    {
        for (var i = Math.Max(0, mark - _dropped); i < _entries.Count; i++)
        {
            if (_entries[i].Success)
            {
                _entries[i] = _entries[i] with { Success = false, Error = "ALL_OR_NONE_OPERATION_ROLLED_BACK" };
            }
        }
    }

    public void Clear()
    {
        _dropped += _entries.Count;
        _entries.Clear();
    }
}
