using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The three result sets of an ingest job, made from the upload when they are asked for (reference §5.1).</summary>
internal sealed class IngestResults(IngestJob job, SalesforceSwitches switches)
{
    private readonly CsvDialect _dialect = job.Spec.Dialect;

    public SandboxResponse Successful() => Answer("sf__Created", row => row.Error is null, row => row.Created ? "true" : "false");

    public SandboxResponse Failed() => Answer("sf__Error", row => row.Error is not null, row => row.Error!);

    /// <summary>Rows that were never tried, as they were sent; all of them when the upload could not be read.</summary>
    public SandboxResponse Unprocessed() => CsvAnswer.Of(csv =>
    {
        try
        {
            WriteUnprocessed(csv);
            csv.Flush();
        }
        catch (BulkFailure)
        {
            csv.Flush();
            csv.BaseStream.SetLength(0);
            csv.BaseStream.Write(job.Upload);
        }
    });

    private void WriteUnprocessed(StreamWriter csv)
    {
        if (job.Upload is null)
        {
            return;
        }

        using var reader = new UploadReader(job.Upload, _dialect);
        csv.Write(reader.HeaderText);
        csv.Write(_dialect.NewLine);
        for (var row = 0; reader.Read(); row++)
        {
            if (row >= job.Results.Count)
            {
                csv.Write(reader.Raw);
                csv.Write(_dialect.NewLine);
            }
        }
    }

    private SandboxResponse Answer(string column, Func<RowResult, bool> wanted, Func<RowResult, string> shown) => CsvAnswer.Of(csv =>
    {
        if (job.Results.Count == 0)
        {
            csv.Write($"\"sf__Id\"{_dialect.Delimiter}\"{column}\"{OwnColumns()}{_dialect.NewLine}");
            return;
        }

        using var reader = new UploadReader(job.Upload!, _dialect);
        csv.Write($"\"sf__Id\"{_dialect.Delimiter}\"{column}\"{_dialect.Delimiter}{reader.HeaderText}{_dialect.NewLine}");
        foreach (var (cells, result) in switches.BulkShuffleResults ? Shuffle.Rows(Rows(reader, wanted), job.Id) : Rows(reader, wanted))
        {
            csv.Cell(result.Id ?? "");
            csv.Write(_dialect.Delimiter);
            csv.Cell(shown(result));
            foreach (var cell in cells)
            {
                csv.Write(_dialect.Delimiter);
                csv.Cell(cell);
            }

            csv.Write(_dialect.NewLine);
        }
    });

    /// <summary>The columns of an upload none of whose rows was tried; nothing when there are none that can be read.</summary>
    private string OwnColumns()
    {
        if (job.Upload is null)
        {
            return "";
        }

        try
        {
            using var reader = new UploadReader(job.Upload, _dialect);
            return $"{_dialect.Delimiter}{reader.HeaderText}";
        }
        catch (BulkFailure)
        {
            return "";
        }
    }

    private IEnumerable<(string[] Cells, RowResult Result)> Rows(UploadReader reader, Func<RowResult, bool> wanted)
    {
        foreach (var result in job.Results)
        {
            reader.Read();
            if (wanted(result))
            {
                yield return (reader.Row, result);
            }
        }
    }
}
