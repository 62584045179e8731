namespace ReverseEtl.Sandbox.Salesforce.Model;

/// <summary>How to take back what the current request has changed.</summary>
internal sealed class UndoLog
{
    private readonly List<Action> _steps = [];

    /// <summary>The present point, for <see cref="RollBack"/>.</summary>
    public int Mark => _steps.Count;

    public void Add(Action step) => _steps.Add(step);

    public void RollBack(int mark)
    {
        for (var i = _steps.Count - 1; i >= mark; i--)
        {
            _steps[i]();
        }

        _steps.RemoveRange(mark, _steps.Count - mark);
    }

    public void Clear() => _steps.Clear();
}
