using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>A Bulk ingest job as a client drives it.</summary>
internal sealed class BulkJob
{
    private readonly SalesforceClient _org;

    private BulkJob(SalesforceClient org, string id) => (_org, Id) = (org, id);

    public string Id { get; }

    public string Path => $"/jobs/ingest/{Id}";

    public static BulkJob Open(SalesforceClient org, string type, string operation, string? key = null, string more = "")
    {
        var external = key is null ? "" : $",\"externalIdFieldName\":\"{key}\"";
        var answer = org.Post("/jobs/ingest", $$"""{"object":"{{type}}","operation":"{{operation}}"{{external}}{{more}}}""");
        Assert.Equal((200, "Open"), (answer.Status, answer.Body!["state"]!.ToString()));
        return new BulkJob(org, answer.Body["id"]!.ToString());
    }

    /// <summary>Opens, uploads, closes and polls to the end.</summary>
    public static BulkJob Run(SalesforceClient org, string type, string operation, string csv, string? key = null, string more = "")
    {
        var job = Open(org, type, operation, key, more).Upload(csv).Close();
        job.End();
        return job;
    }

    public BulkJob Upload(string csv)
    {
        Assert.Equal(201, _org.Put($"{Path}/batches", csv).Status);
        return this;
    }

    public BulkJob Close()
    {
        Assert.Equal((200, "UploadComplete"), (Patch("UploadComplete").Status, "UploadComplete"));
        return this;
    }

    public Answer Patch(string state) => _org.Patch(Path, $$"""{"state":"{{state}}"}""");

    public JsonNode Poll() => _org.Get(Path).Body!;

    public string State() => Poll()["state"]!.ToString();

    /// <summary>Polls until the job is over.</summary>
    public JsonNode End()
    {
        for (var polls = 0; polls < 100; polls++)
        {
            if (Poll() is var info && info["state"]!.ToString() is "JobComplete" or "Failed" or "Aborted")
            {
                return info;
            }
        }

        throw new InvalidOperationException("The job does not end.");
    }

    public string Text(string results)
    {
        var answer = _org.Get($"{Path}/{results}");
        Assert.Equal((200, "text/csv"), (answer.Status, answer.Header("Content-Type")));
        return answer.Text;
    }

    /// <summary>A result set as rows by column name.</summary>
    public List<Dictionary<string, string>> Rows(string results) => Csv.Rows(Text(results));

    public List<Dictionary<string, string>> Successes() => Rows("successfulResults/");

    public List<Dictionary<string, string>> Failures() => Rows("failedResults/");

    public List<Dictionary<string, string>> Unprocessed() => Rows("unprocessedrecords/");
}

internal static class Csv
{
    public static List<Dictionary<string, string>> Rows(string text)
    {
        using var csv = new CsvReader(new StringReader(text), CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (csv.Read())
        {
            rows.Add(csv.HeaderRecord!.ToDictionary(name => name, name => csv.GetField(name)!));
        }

        return rows;
    }
}
