using System.Runtime.CompilerServices;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Integration.Support;

/// <summary>Passes everything on, remembers what was written, and lets a test look at or change answers.</summary>
public sealed class CountingCrm(ICrm crm) : ICrm
{
    /// <summary>The CRM itself.</summary>
    public ICrm Inner => crm;

    public List<CrmWrite> Done { get; } = [];

    /// <summary>The keys of created records by their ids.</summary>
    public Dictionary<string, string> Created { get; } = [];

    /// <summary>What becomes of records that are read by id.</summary>
    public Func<CrmRecord, CrmRecord> OnRead { get; set; } = record => record;

    /// <summary>Whether no record can be read by its id.</summary>
    public Func<bool> Hides { get; set; } = () => false;

    /// <summary>What becomes of pages of the list of changes.</summary>
    public Func<IReadOnlyList<CrmChange>, IReadOnlyList<CrmChange>> OnPage { get; set; } = page => page;

    /// <summary>What becomes of a described object.</summary>
    public Func<SideSchema?, SideSchema?> OnDescribe { get; set; } = schema => schema;

    /// <summary>What becomes of a described path.</summary>
    public Func<FieldSchema?, FieldSchema?> OnPath { get; set; } = field => field;

    /// <summary>What becomes of what the CRM says it can do.</summary>
    public Func<CrmTraits, CrmTraits> OnTraits { get; set; } = traits => traits;

    /// <summary>Runs before a batch is written.</summary>
    public Action<CrmWriteBatch> OnWrite { get; set; } = _ => { };

    /// <summary>What the answer to a batch that was written waits for.</summary>
    public Func<Task> Holds { get; set; } = () => Task.CompletedTask;

    /// <summary>The most records that were read by id at a time.</summary>
    public int LargestRead { get; private set; }

    /// <summary>Answers a batch in the CRM's place, which then never sees it; null lets it through.</summary>
    public Func<CrmWriteBatch, IReadOnlyList<CrmWriteResult>?> Instead { get; set; } = _ => null;

    /// <summary>What becomes of the answers to writes.</summary>
    public Func<CrmWriteResult, CrmWriteResult> OnResult { get; set; } = result => result;

    /// <summary>Runs before records are looked for by key.</summary>
    public Action OnFind { get; set; } = () => { };

    /// <summary>How often records were looked for by key.</summary>
    public int Finds { get; private set; }

    /// <summary>Runs before a history is read.</summary>
    public Action OnHistory { get; set; } = () => { };

    /// <summary>What becomes of an entry of a history.</summary>
    public Func<FieldEvent, FieldEvent> OnEvent { get; set; } = entry => entry;

    public CrmTraits Traits => OnTraits(crm.Traits);

    public ICrmAssociations? Associations => crm.Associations;

    public long Calls => crm.Calls;

    public CrmUse? Use => crm.Use;

    public string IdOf(string typed) => crm.IdOf(typed);

    public IReadOnlyList<string> TakeWarnings() => crm.TakeWarnings();

    public bool OwesFullRead(CrmRead read) => crm.OwesFullRead(read);

    public Task<KeyPreparation> PrepareAsync(string objectType, string keyField, bool creates, CancellationToken cancellationToken) =>
        crm.PrepareAsync(objectType, keyField, creates, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => crm.CheckAsync(cancellationToken);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => crm.NowAsync(cancellationToken);

    public Task<DateTimeOffset> ReadableThroughAsync(string objectType, CancellationToken cancellationToken) =>
        crm.ReadableThroughAsync(objectType, cancellationToken);

    public async Task<SideSchema?> DescribeAsync(string objectType, CancellationToken cancellationToken) =>
        OnDescribe(await crm.DescribeAsync(objectType, cancellationToken));

    public Task<IReadOnlyList<ObjectName>> ListObjectsAsync(CancellationToken cancellationToken) => crm.ListObjectsAsync(cancellationToken);

    public async Task<FieldSchema?> DescribePathAsync(string objectType, string path, CancellationToken cancellationToken) =>
        OnPath(await crm.DescribePathAsync(objectType, path, cancellationToken));

    public async IAsyncEnumerable<IReadOnlyList<CrmChange>> ReadChangesAsync(
        CrmRead read, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in crm.ReadChangesAsync(read, since, cancellationToken))
        {
            yield return OnPage(page);
        }
    }

    public async Task<IReadOnlyDictionary<string, CrmRecord>> ReadAsync(CrmRead read, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        LargestRead = Math.Max(LargestRead, ids.Count);
        return (await crm.ReadAsync(read, ids, cancellationToken)).Where(_ => !Hides()).ToDictionary(r => r.Key, r => OnRead(r.Value), StringComparer.Ordinal);
    }

    public Task<ILookup<string, CrmRecord>> FindByKeyAsync(CrmRead read, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        OnFind();
        Finds++;
        return crm.FindByKeyAsync(read, keys, cancellationToken);
    }

    public Task<bool> RestAsync(string objectType, CancellationToken cancellationToken) => crm.RestAsync(objectType, cancellationToken);

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<FieldEvent>>> ReadHistoryAsync(
        CrmRead read, IReadOnlyList<string> ids, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        OnHistory();
        return (await crm.ReadHistoryAsync(read, ids, fields, cancellationToken)).ToDictionary(
            history => history.Key, history => (IReadOnlyList<FieldEvent>)[.. history.Value.Select(OnEvent)], StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken)
    {
        OnWrite(batch);
        if (Instead(batch) is { } answer)
        {
            return answer;
        }

        Done.AddRange(batch.Writes);
        var results = await crm.WriteAsync(batch, cancellationToken);
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i] is { Created: true, Id: { } id })
            {
                Created[id] = batch.Writes[i].Key!;
            }
        }

        await Holds();
        return [.. results.Select(r => OnResult(r))];
    }

    public ValueTask DisposeAsync() => crm.DisposeAsync();
}
