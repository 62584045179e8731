using System.Data.Common;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>What all parts of one running cycle share.</summary>
internal sealed record CycleContext(
    MappingRuntime Runtime, IMappingState State, EngineOptions Options, TimeProvider Time, CycleRequest Request, CycleBooks Books, long Run, bool FirstLoad)
{
    private DateTimeOffset _renewed = Time.GetUtcNow();

    public IWarehouse Warehouse => Runtime.Warehouse;

    public ICrm Crm => Runtime.Crm;

    public Mapping Mapping => Runtime.Mapping;

    /// <summary>How many pairs were linked when the cycle began; what the guard measures against.</summary>
    public required long LinkedBefore { get; init; }

    /// <summary>
    /// Keys of records with a write in the CRM whose outcome is not known. Until recovery has judged it, what is seen of them may be our own
    /// value in the CRM's spelling, so nothing may be concluded.
    /// </summary>
    public HashSet<string> InDoubt { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys of records that moved while they were written in the CRM. Once is looked at again at once; twice has to wait.</summary>
    public HashSet<string> Moved { get; } = new(StringComparer.Ordinal);

    /// <summary>Records met in this cycle that had a field which could not be read, and that no mark led to.</summary>
    public int Unreadable { get; set; }

    /// <summary>Whether more of them were met than get a mark: only a full read finds them again.</summary>
    public bool OwesFullRead => Unreadable > Options.BatchSize;

    /// <summary>By our clock: a look from then on finds no version open that kept a write from being sent; null when none did.</summary>
    public DateTimeOffset? OpenUntil { get; set; }

    /// <summary>
    /// Whether the state was found to know less than what was done since, so that no base is trusted that a side has moved from, and nothing
    /// is deleted.
    /// </summary>
    public bool Compares => State.DoubtedThrough is not null;

    /// <summary>Keys of pairs that were compared in this cycle and planned with both sides in sight; what is known of them is to be trusted again.</summary>
    public HashSet<string> Compared { get; } = new(StringComparer.Ordinal);

    /// <summary>What the warehouse is to compare the model with; null where this cycle does so.</summary>
    public KnownRows? Known { get; init; }

    /// <summary>Whether a full comparison by this cycle asks the warehouse for keys and hashes, and for rows only where they moved.</summary>
    public bool ByHashes { get; init; }

    /// <summary>Whether rows and what is known of them are in one database.</summary>
    public bool SharesDatabase { get; init; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The guard protects what exists; a first load and an approved cycle pass.</summary>
    public bool IsGuarded => !FirstLoad && !Request.Approved;

    /// <summary>Renews the lease in time, however often it is asked to.</summary>
    public async ValueTask KeepLeaseAsync(CancellationToken cancellationToken)
    {
        if (Now - _renewed >= Options.LeaseTime / 4)
        {
            await State.RenewAsync(cancellationToken);
            _renewed = Now;
        }
    }

    /// <summary>
    /// Writes rows and settles what was learnt: in one transaction where that can be, so that a row is never written and not known to be.
    /// </summary>
    /// <param name="work">Writes the rows, within the transaction if there is one, and tells what is to be recorded.</param>
    public async Task SettleRowsAsync(Func<DbTransaction?, Task<Settlement>> work)
    {
        if (SharesDatabase)
        {
            await State.SettleAsync(work, CancellationToken.None);
        }
        else
        {
            await State.SettleAsync(await work(null), CancellationToken.None);
        }
    }

    /// <summary>
    /// Waits for work that may take longer than the lease lasts, and renews the lease meanwhile. A lease that is lost is told once the work is
    /// done, whose outcome then stays in the journal.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="isLong">Whether it may take that long.</param>
    public async Task<T> KeepingLeaseAsync<T>(Task<T> work, bool isLong)
    {
        while (isLong && !work.IsCompleted)
        {
            using var done = new CancellationTokenSource();
            var renewal = Task.Delay(Options.LeaseTime / 3, Time, done.Token);
            if (await Task.WhenAny(work, renewal) == work)
            {
                await done.CancelAsync();
                break;
            }

            try
            {
                await State.RenewAsync(CancellationToken.None);
            }
            catch (PortException)
            {
                await work;
                throw;
            }
        }

        return await work;
    }

    public Settlement Settlement() => new() { At = Now, Run = Run };
}
