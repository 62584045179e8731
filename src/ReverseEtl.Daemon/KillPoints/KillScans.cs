using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.Scans;

namespace ReverseEtl.Daemon.KillPoints;

/// <summary>A scan of rows that passes a point at each of them. By hand, because no proxy can hand out spans.</summary>
internal class KillRowScan(IRowScan rows, string name, KillSwitch kill) : IRowScan
{
    public bool HasKey => rows.HasKey;

    public ReadOnlySpan<byte> Key => rows.Key;

    public long Hash => rows.Hash;

    public Fingerprint Print => rows.Print;

    public WarehouseRow Row => rows.Row;

    public ValueTask<bool> NextAsync()
    {
        kill.Pass($"in {name}");
        return rows.NextAsync();
    }

    public ValueTask DisposeAsync() => rows.DisposeAsync();
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
