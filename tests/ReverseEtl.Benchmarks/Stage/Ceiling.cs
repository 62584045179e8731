using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>
/// How fast the fake is by itself: the same records in requests that were made beforehand, sent over many connections by a client that looks at
/// no answer. Where this is not clearly more than the measured clients reach, they are measured no more.
/// </summary>
internal sealed class Ceiling(Fake fake)
{
    private const int Connections = 16;
    private const int RowsPerUpload = 10_000;
    private const int RowsPerUpsert = 100;

    /// <summary>Measures it with an empty CRM.</summary>
    public async Task<Figure> MeasureAsync(string crm, int rows, CancellationToken cancellationToken)
    {
        await fake.ResetAsync(cancellationToken);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        var seconds = crm == "salesforce" ? await UploadAsync(client, rows, cancellationToken) : await UpsertAsync(client, rows, cancellationToken);
        var count = await fake.CountAsync(crm, cancellationToken);
        return count == rows
            ? new Figure($"load-{crm}.ceiling", rows / seconds, "rows/s") { Baseline = $"the fake alone takes {rows:N0} records in {seconds:0.0} s" }
            : throw new InvalidOperationException($"{count:N0} of {rows:N0} records arrived in {crm}.");
    }

    private async Task<double> UpsertAsync(HttpClient client, int rows, CancellationToken cancellationToken)
    {
        client.BaseAddress = new Uri(fake.HubSpot);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", HubSpotOptions.DefaultToken);
        var bodies = Enumerable.Range(0, rows / RowsPerUpsert).Select(batch => JsonSerializer.SerializeToUtf8Bytes(new
        {
            inputs = Enumerable.Range((batch * RowsPerUpsert) + 1, RowsPerUpsert).Select(n => new
            {
                id = Model.Key(n),
                idProperty = "warehouse_id",
                properties = new
                {
                    name = $"Company {n}", city = $"City of {n}", phone = $"+49 30 {n}", website = $"https://www.{n}.example", plan = "team", arr = $"{n}.25",
                    score = "12.125", active = "true", seen_at = "2024-01-01T00:00:37Z", since = "2015-01-02",
                },
            }),
        })).ToList();
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(bodies, Options(cancellationToken), async (body, token) =>
            await SendAsync(client, HttpMethod.Post, "crm/v3/objects/companies/batch/upsert", Content(body, "application/json"), token));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private async Task<double> UploadAsync(HttpClient client, int rows, CancellationToken cancellationToken)
    {
        client.BaseAddress = new Uri(fake.Salesforce);
        using var token = await SendAsync(client, HttpMethod.Post, "services/oauth2/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = SalesforceOptions.DefaultClientId, ["client_secret"] = SalesforceOptions.DefaultClientSecret,
        }), cancellationToken);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.RootElement.GetProperty("access_token").GetString());
        var sheets = Enumerable.Range(0, rows / RowsPerUpload).Select(sheet => Sheet(sheet * RowsPerUpload)).ToList();
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(sheets, Options(cancellationToken), async (sheet, stop) =>
        {
            const string jobs = "services/data/v66.0/jobs/ingest";
            using var job = await SendAsync(
                client, HttpMethod.Post, jobs, Content("""{"object":"Account","operation":"upsert","externalIdFieldName":"Warehouse_Id__c"}"""u8.ToArray(), "application/json"), stop);
            var path = $"{jobs}/{job.RootElement.GetProperty("id").GetString()}";
            await SendAsync(client, HttpMethod.Put, path + "/batches", Content(sheet, "text/csv"), stop);
            await SendAsync(client, HttpMethod.Patch, path, Content("""{"state":"UploadComplete"}"""u8.ToArray(), "application/json"), stop);
            await SendAsync(client, HttpMethod.Get, path, null, stop);
        });
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static byte[] Sheet(int from)
    {
        var text = new StringBuilder("Warehouse_Id__c,Name,BillingCity,Phone,Website,Plan__c,Arr__c,Score__c,Active__c,Seen_At__c,Since__c\n");
        foreach (var n in Enumerable.Range(from + 1, RowsPerUpload))
        {
            text.Append($"{Model.Key(n)},Company {n},City of {n},+49 30 {n},https://www.{n}.example,team,{n}.25,12.125,true,2024-01-01T00:00:37Z,2015-01-02\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken };

    private static ByteArrayContent Content(byte[] body, string type) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static async Task<JsonDocument> SendAsync(HttpClient client, HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await client.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(body.Length == 0 ? "null"u8.ToArray() : body)
            : throw new InvalidOperationException($"The fake answers {(int)answer.StatusCode} to {method} {path}: {Encoding.UTF8.GetString(body)}");
    }
}
