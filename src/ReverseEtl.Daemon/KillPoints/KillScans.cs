using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Daemon.KillPoints;

/// <summary>A scan of keys that passes a point at each of them. By hand, because no proxy can hand out spans.</summary>
internal class KillKeyScan(IKeyScan keys, string name, KillSwitch kill) : IKeyScan
{
    public bool HasKey => keys.HasKey;

    public ReadOnlySpan<byte> Key => keys.Key;

    public long Hash => keys.Hash;

    public ValueTask<bool> NextAsync()
    {
        kill.Pass($"in {name}");
        return keys.NextAsync();
    }

    public ValueTask DisposeAsync() => keys.DisposeAsync();
}

/// <summary>The same for rows.</summary>
internal class KillRowScan(IRowScan rows, string name, KillSwitch kill) : KillKeyScan(rows, name, kill), IRowScan
{
    private readonly IRowScan _rows = rows;

    public Fingerprint Print => _rows.Print;

    public WarehouseRow Row => _rows.Row;
}

/// <summary>The same for what a warehouse found to differ.</summary>
internal sealed class KillDifferenceScan(IDifferenceScan rows, string name, KillSwitch kill) : KillRowScan(rows, name, kill), IDifferenceScan
{
    private readonly IDifferenceScan _rows = rows;

    public bool IsThere => _rows.IsThere;

    public bool IsRepeated => _rows.IsRepeated;

    public bool IsKnown => _rows.IsKnown;

    public Fingerprint KnownPrint => _rows.KnownPrint;

    public PairState KnownState => _rows.KnownState;
}

/// <summary>The same for pairs.</summary>
internal sealed class KillPrintScan(IPrintScan prints, string name, KillSwitch kill) : IPrintScan
{
    public ReadOnlySpan<byte> Key => prints.Key;

    public Fingerprint Print => prints.Print;

    public long Hash => prints.Hash;

    public PairState State => prints.State;

    public ValueTask<bool> NextAsync()
    {
        kill.Pass($"in {name}");
        return prints.NextAsync();
    }

    public ValueTask DisposeAsync() => prints.DisposeAsync();
}
