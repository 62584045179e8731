using System.Text;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>The three result sets of an ingest job, made from the upload when they are asked for (reference §5.1).</summary>
internal sealed class IngestResults(IngestJob job, SalesforceSwitches switches)
{
    private readonly CsvDialect _dialect = job.Spec.Dialect;

    public SandboxResponse Successful() => Answer("sf__Created", row => row.Error is null, row => row.Created ? "true" : "false");

    public SandboxResponse Failed() => Answer("sf__Error", row => row.Error is not null, row => row.Error!);

    /// <summary>Rows that were never tried, as they were sent; all of them when the upload could not be read.</summary>
    public SandboxResponse Unprocessed() => Csv(csv =>
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

    private SandboxResponse Answer(string column, Func<RowResult, bool> wanted, Func<RowResult, string> shown) => Csv(csv =>
    {
        if (job.Results.Count == 0)
        {
            csv.Write($"\"sf__Id\"{_dialect.Delimiter}\"{column}\"{_dialect.NewLine}");
            return;
        }

        using var reader = new UploadReader(job.Upload!, _dialect);
        csv.Write($"\"sf__Id\"{_dialect.Delimiter}\"{column}\"{_dialect.Delimiter}{reader.HeaderText}{_dialect.NewLine}");
        foreach (var (cells, result) in switches.BulkShuffleResults ? Shuffle.Rows(Rows(reader, wanted), job.Id) : Rows(reader, wanted))
        {
            Cell(csv, result.Id ?? "");
            csv.Write(_dialect.Delimiter);
            Cell(csv, shown(result));
            foreach (var cell in cells)
            {
                csv.Write(_dialect.Delimiter);
                Cell(csv, cell);
            }

            csv.Write(_dialect.NewLine);
        }
    });

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

    private static void Cell(StreamWriter csv, string text)
    {
        csv.Write('"');
        csv.Write(text.Contains('"') ? text.Replace("\"", "\"\"") : text);
        csv.Write('"');
    }

    private static SandboxResponse Csv(Action<StreamWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var csv = new StreamWriter(bytes, new UTF8Encoding(false), leaveOpen: true))
        {
            write(csv);
        }

        return new SandboxResponse(
            200, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "text/csv" }, bytes.ToArray());
    }
}
