using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Simulation.Logs;

/// <summary>Everything that happened in one run, in order, and a hash of it: two runs of a seed must have the same.</summary>
public sealed class EventLog : IDisposable
{
    private readonly List<Happening> _happenings = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>All of it, oldest first.</summary>
    public IReadOnlyList<Happening> All => _happenings;

    /// <summary>Told of everything as it happens.</summary>
    public event Action<Happening>? Happened;

    /// <summary>Notes something.</summary>
    public void Add(Happening happening)
    {
        _happenings.Add(happening);
        _hash.AppendData(Encoding.UTF8.GetBytes(Line(happening)));
        Happened?.Invoke(happening);
    }

    /// <summary>The hash of what was noted so far.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>One line for people.</summary>
    public static string Line(Happening happening) => $"{happening.At:MM-dd HH:mm:ss.fff} {happening}\n";

    /// <inheritdoc />
    public void Dispose() => _hash.Dispose();
}
