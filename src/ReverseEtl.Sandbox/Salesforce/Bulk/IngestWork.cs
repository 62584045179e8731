using ReverseEtl.Sandbox.Salesforce.Rest;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The work on one job: its data is read as the work goes on.</summary>
internal sealed class IngestWork : IDisposable
{
    /// <summary>Rows that cost one of the daily batches (reference §5.2).</summary>
    private const int BatchSize = 10_000;
    private readonly IngestJob _job;
    private readonly UsageMeter _batches;
    private readonly RestEngine _engine;
    private readonly BulkMishap? _mishap;
    private readonly UploadReader _reader;
    private readonly UploadColumns _columns;
    private readonly IngestChunk _chunk;
    private readonly int _rows;

    /// <summary>Checks the whole upload first; throws <see cref="BulkFailure"/> before anything is written.</summary>
    public IngestWork(IngestJob job, RestEngine engine, UsageMeter batches, BulkMishap? mishap)
    {
        (_job, _engine, _batches, _mishap) = (job, engine, batches, mishap);
        _rows = CountRows(job);
        _reader = new UploadReader(job.Upload!, job.Spec.Dialect);
        _columns = new UploadColumns(engine.Org, job.Spec.Type, _reader.Header);
        _chunk = new IngestChunk(engine, job.Spec, job.UserId);
        if (job.Spec.Operation is "delete" or "hardDelete" && !_columns.IsIdOnly)
        {
            throw new BulkFailure("InvalidBatch : A delete batch must have the column Id and no other");
        }

        if (engine.Org.Switches.BulkNeedsLastLineEnd && job.Upload is not [.., (byte)'\n'])
        {
            throw new BulkFailure(
                $"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {job.Spec.Dialect.LineEnding}");
        }

        if (_rows == 0 && engine.Org.Switches.BulkEmptyJobFails)
        {
            throw new BulkFailure("InvalidBatch : No rows to process");
        }
    }

    /// <summary>Works until all rows are done or <paramref name="allowed"/> are; true when there is nothing left to do.</summary>
    public bool Go(long allowed)
    {
        while (_job.Results.Count < _rows)
        {
            var size = Math.Min(IngestChunk.Size, _rows - _job.Results.Count);
            if (_mishap is { } mishap)
            {
                size = (int)Math.Min(size, mishap.AfterRows - _job.Results.Count);
                if (size <= 0)
                {
                    throw new BulkFailure(mishap.Message);
                }
            }

            if (_job.Results.Count + size > allowed)
            {
                return false;
            }

            if (_job.Results.Count % BatchSize == 0)
            {
                TakeBatch();
            }

            SaveChunk(size);
        }

        return true;
    }

    public void Dispose() => _reader.Dispose();

    private static int CountRows(IngestJob job)
    {
        using var reader = new UploadReader(job.Upload!, job.Spec.Dialect);
        var rows = 0;
        while (reader.Read())
        {
            rows++;
        }

        return rows;
    }

    private void TakeBatch()
    {
        var now = _engine.Org.Instant;
        if (_batches.Used(now) >= _engine.Org.Switches.DailyBulkBatches)
        {
            throw new BulkFailure("ExceededQuota : ApiBatchItems Limit exceeded.");
        }

        _batches.Add(now);
    }

    private void SaveChunk(int size)
    {
        var rows = new List<string[]>(size);
        while (rows.Count < size && _reader.Read())
        {
            rows.Add(_reader.Row);
        }

        foreach (var result in _chunk.Save(_columns, rows))
        {
            _job.Add(result);
        }

        _engine.Org.Undo.Clear();
    }
}
