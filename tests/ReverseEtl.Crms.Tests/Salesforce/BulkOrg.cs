using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using ReverseEtl.Crms.Salesforce;
using ReverseEtl.Crms.Tests.Http;

namespace ReverseEtl.Crms.Tests.Salesforce;

/// <summary>
/// A wire that answers like Bulk API 2.0 as it is documented (§5), written by hand and independent of the sandbox. It reads uploads as they
/// come and makes results as they are asked for, so that what a test measures is the connector.
/// </summary>
public sealed class BulkOrg(TimeProvider time) : HttpMessageHandler
{
    public const string Root = "/services/data/v66.0";

    private readonly ConcurrentDictionary<string, Job> _jobs = new();
    private int _made;

    /// <summary>Every call of a job or a record, in order: <c>POST /jobs/ingest</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Asked first; what it answers is the answer. The path comes without the version.</summary>
    public Func<HttpRequestMessage, string, HttpResponseMessage?>? Before { get; set; }

    /// <summary>What becomes of a row: null when it is stored, an error as Bulk words it otherwise; "" when its turn never comes.</summary>
    public Func<IReadOnlyDictionary<string, string>, string?> Verdict { get; set; } = _ => null;

    /// <summary>How often a closed job is asked for before it is over; -1 for never.</summary>
    public int Polls { get; set; } = 2;

    /// <summary>How a job ends, and its error message.</summary>
    public (string State, string? Trouble) End { get; set; } = ("JobComplete", null);

    /// <summary>Whether a job tells how many rows failed.</summary>
    public bool TellsFailures { get; set; } = true;

    /// <summary>Whether the uploaded text is kept for a test to look at.</summary>
    public bool Keeps { get; set; } = true;

    /// <summary>Whether a sign-in tells no user.</summary>
    public bool Nameless { get; set; }

    public IReadOnlyList<Job> Jobs => [.. _jobs.Values.OrderBy(job => job.Id, StringComparer.Ordinal)];

    /// <summary>A job that was there before.</summary>
    public Job Add(string state, string user, DateTimeOffset at, string operation = "upsert", string type = "Contact")
    {
        var job = new Job(NextId(), JsonNode.Parse($$"""{"object":"{{type}}","operation":"{{operation}}"}""")!.AsObject()) { State = state, User = user, At = at };
        return _jobs[job.Id] = job;
    }

    public sealed class Job(string id, JsonObject request)
    {
        public string Id => id;

        public JsonObject Request => request;

        public string State { get; set; } = "Open";

        public string User { get; set; } = SalesforceRig.UserId;

        public DateTimeOffset At { get; set; }

        public string Csv { get; set; } = "";

        public string Header { get; set; } = "";

        public string? Trouble { get; set; }

        public int Asked { get; set; }

        public List<(string Line, string? Verdict)> Rows { get; } = [];

        public string Column => request["externalIdFieldName"]?.GetValue<string>() ?? (request["operation"]!.GetValue<string>() == "insert" ? "Key__c" : "Id");
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var path = request.RequestUri!.PathAndQuery.Replace(Root, "", StringComparison.Ordinal);
        if (path == "/services/oauth2/token")
        {
            return Nameless ? Json(200, """{"access_token":"t","instance_url":"https://acme.example"}""") : Json(200, $$"""
                {"access_token":"t","instance_url":"https://acme.example","id":"https://login.example/id/00D000000000001EAA/{{SalesforceRig.UserId}}"}
                """);
        }

        if (path.EndsWith("/describe", StringComparison.Ordinal))
        {
            return Json(200, SalesforceRig.Describe);
        }

        Calls.Enqueue($"{request.Method} {path}");
        var answer = Before?.Invoke(request, path) ?? await AnswerAsync(request, path.Split('?')[0].Trim('/').Split('/'), cancellationToken);
        answer.Headers.Date = time.GetUtcNow();
        return answer;
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, string[] path, CancellationToken cancellationToken)
    {
        if (path is not ["jobs", "ingest", ..])
        {
            return Error(404, "NOT_FOUND", "The requested resource does not exist");
        }

        if (path.Length == 2)
        {
            return request.Method == HttpMethod.Post
                ? Create(JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!.AsObject())
                : Json(200, new JsonObject { ["done"] = true, ["records"] = new JsonArray([.. Jobs.Select(Info)]), ["nextRecordsUrl"] = null }.ToJsonString());
        }

        if (!_jobs.TryGetValue(path[2], out var job))
        {
            return Error(404, "NOT_FOUND", "The requested resource does not exist");
        }

        return (request.Method.Method, path.ElementAtOrDefault(3)) switch
        {
            ("GET", null) => Poll(job),
            ("PATCH", null) => SetState(job, JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["state"]!.GetValue<string>()),
            ("DELETE", null) => Delete(job),
            ("PUT", "batches") => await UploadAsync(job, request.Content!, cancellationToken),
            ("GET", "successfulResults") => Csv(job, "\"sf__Id\",\"sf__Created\",", (row, at) => row.Verdict is null ? $"\"{SalesforceRig.Id(at)}\",\"true\",{row.Line}" : null),
            ("GET", "failedResults") => Csv(job, "\"sf__Id\",\"sf__Error\",", (row, _) => row.Verdict is { Length: > 0 } error ? $"\"\",\"{error}\",{row.Line}" : null),
            ("GET", "unprocessedrecords") => Csv(job, "", (row, _) => row.Verdict is "" ? row.Line : null),
            _ => Error(405, "METHOD_NOT_ALLOWED", "no"),
        };
    }

    private HttpResponseMessage Create(JsonObject request)
    {
        var job = new Job(NextId(), request) { At = time.GetUtcNow() };
        _jobs[job.Id] = job;
        return Json(200, Info(job).ToJsonString());
    }

    private async Task<HttpResponseMessage> UploadAsync(Job job, HttpContent content, CancellationToken cancellationToken)
    {
        if (job.State != "Open" || job.Header.Length > 0)
        {
            return Error(400, "INVALIDJOBSTATE", "The job takes no more data");
        }

        var copy = new StringBuilder();
        var rows = new Rows(job, Verdict, Keeps ? copy : null);
        await content.CopyToAsync(rows, cancellationToken);
        rows.End();
        job.Csv = copy.ToString();
        return new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
    }

    private HttpResponseMessage Poll(Job job)
    {
        if (job.State is "UploadComplete" or "InProgress")
        {
            job.State = Polls < 0 || ++job.Asked < Polls ? "InProgress" : End.State;
            job.Trouble = job.State == End.State ? End.Trouble : null;
        }

        return Json(200, Info(job).ToJsonString());
    }

    private HttpResponseMessage SetState(Job job, string state)
    {
        if (job.State is "JobComplete" or "Failed" or "Aborted" || (state == "UploadComplete" && job.State != "Open"))
        {
            return Error(400, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed");
        }

        job.State = state;
        return Json(200, Info(job).ToJsonString());
    }

    private HttpResponseMessage Delete(Job job)
    {
        if (job.State == "Open")
        {
            return Error(400, "INVALIDJOBSTATE", "The job is not terminated");
        }

        _jobs.TryRemove(job.Id, out _);
        return new HttpResponseMessage(HttpStatusCode.NoContent) { Content = new ByteArrayContent([]) };
    }

    // In an order of its own (§5.1): from the last row to the first. Once all of it was told the rows are forgotten.
    private HttpResponseMessage Csv(Job job, string head, Func<(string Line, string? Verdict), int, string?> line)
    {
        var pipe = new MemoryStream();
        using (var writer = new StreamWriter(pipe, new UTF8Encoding(false), leaveOpen: true))
        {
            writer.Write($"{head}{job.Header}\n");
            for (var at = job.Rows.Count - 1; at >= 0; at--)
            {
                if (line(job.Rows[at], at + 1) is { } text)
                {
                    writer.Write(text + "\n");
                }
            }
        }

        if (!Keeps && head.Contains("sf__Created", StringComparison.Ordinal))
        {
            job.Rows.Clear();
            job.Rows.TrimExcess();
        }

        pipe.Position = 0;
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(pipe) };
        answer.Content.Headers.ContentType = new("text/csv");
        return answer;
    }

    private JsonObject Info(Job job) => new()
    {
        ["id"] = job.Id,
        ["operation"] = job.Request["operation"]!.GetValue<string>(),
        ["object"] = job.Request["object"]!.GetValue<string>(),
        ["createdById"] = job.User,
        ["createdDate"] = job.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture),
        ["state"] = job.State,
        ["contentType"] = "CSV",
        ["apiVersion"] = 66.0,
        ["contentUrl"] = $"services/data/v66.0/jobs/ingest/{job.Id}/batches",
        ["jobType"] = "V2Ingest",
        ["numberRecordsProcessed"] = job.State is "JobComplete" or "Failed" or "Aborted" ? job.Rows.Count(row => row.Verdict != "") : 0,
        ["numberRecordsFailed"] = TellsFailures ? job.Rows.Count(row => row.Verdict is { Length: > 0 }) : null,
        ["errorMessage"] = job.Trouble,
    };

    private string NextId() => SalesforceId.Normalize($"750{Interlocked.Increment(ref _made):D12}")!;

    public static HttpResponseMessage Json(int status, string body) => ScriptedWire.Answer(status, body);

    public static HttpResponseMessage Error(int status, string code, string message) =>
        Json(status, JsonSerializer.Serialize(new[] { new { errorCode = code, message } }));

    // Takes the upload apart row by row as it is written.
    private sealed class Rows(Job job, Func<IReadOnlyDictionary<string, string>, string?> verdict, StringBuilder? copy) : Stream
    {
        private static readonly CsvConfiguration Dialect = new(CultureInfo.InvariantCulture) { Mode = CsvMode.RFC4180 };
        private readonly StringBuilder _line = new();
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private string[] _columns = [];
        private bool _isQuoted;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var chars = new char[buffer.Length + 1];
            var length = _decoder.GetChars(buffer, chars, flush: false);
            foreach (var c in chars.AsSpan(0, length))
            {
                copy?.Append(c);
                _isQuoted ^= c == '"';
                if (c == '\n' && !_isQuoted)
                {
                    Line();
                }
                else
                {
                    _line.Append(c);
                }
            }
        }

        public void End()
        {
            if (_line.Length > 0)
            {
                Line();
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void Line()
        {
            var text = _line.ToString();
            _line.Clear();
            using var parser = new CsvParser(new StringReader(text), Dialect);
            var cells = parser.Read() ? parser.Record! : [];
            if (_columns.Length == 0)
            {
                (_columns, job.Header) = (cells, text);
                return;
            }

            job.Rows.Add((text, verdict(_columns.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))));
        }
    }
}
