using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Npgsql;
using ReverseEtl.Benchmarks.Stage;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Benchmarks.Workers;

/// <summary>
/// The simulated CRMs on plain Kestrel, without limits and with nothing between the socket and the model. Commands: <c>reset</c> (both are new and
/// empty), <c>hot DATABASE</c> (accounts for some rows of the model, made a day ago), <c>refuse N</c> (every Nth account, until the next reset),
/// <c>forward MINUTES</c> (their clock), <c>counters</c>, <c>counts</c>.
/// </summary>
internal static class FakeWorker
{
    private const int NoLimit = 100_000_000;

    private const int MostHeaderBytes = 64 * 1024;

    /// <summary>Serves until nobody tells anything any more.</summary>
    public static async Task RunAsync()
    {
        var time = new ForwardTime();
        var (salesforce, hubspot) = (new SalesforceSandbox(time), new HubSpotSandbox(time));
        var sites = new SandboxSite[] { new(salesforce), new(hubspot) };
        Furnish(salesforce, hubspot);
        await using var first = await ListenAsync(sites[0]);
        await using var second = await ListenAsync(sites[1]);
        await Roles.ServeAsync(async line => line.Split(' ', 2) switch
        {
            ["urls"] => new { salesforce = first.Urls.Single(), hubspot = second.Urls.Single() },
            ["counters"] => sites.Select(site => site.Counters).ToArray(),
            ["reset"] => Reset(salesforce, hubspot, sites),
            ["hot", var database] => await HeatAsync(salesforce, time, database),
            ["refuse", var every] => Refuse(salesforce, int.Parse(every, CultureInfo.InvariantCulture)),
            ["forward", var minutes] => time.Forward(TimeSpan.FromMinutes(int.Parse(minutes, CultureInfo.InvariantCulture))),
            ["counts"] => new { salesforce = salesforce.Records("Account").Count, hubspot = hubspot.Records("companies").Count },
            _ => throw new ArgumentException($"There is no command '{line}'."),
        });
    }

    private static void Furnish(SalesforceSandbox salesforce, HubSpotSandbox hubspot)
    {
        salesforce.Switches = salesforce.Switches with { DailyApiLimit = int.MaxValue, DailyBulkBatches = int.MaxValue, BulkPollsUntilDone = 0 };

        // Not no limit: a client that is told of none goes by what the smallest account has.
        hubspot.Switches.TenSecondlyLimit = hubspot.Switches.DailyLimit = hubspot.Switches.SearchesPerSecond = NoLimit;
        foreach (var field in Fields.All)
        {
            if (field.SalesforceType is { } type)
            {
                salesforce.AddField("Account", new FieldSpec(field.Salesforce, type) { Scale = 4 });
            }

            if (field.HubSpotType?.Split('/') is [var kind, var form])
            {
                hubspot.AddProperty("companies", Property(field.HubSpot, kind, form));
            }
        }
    }

    private static string Property(string name, string kind, string form)
    {
        var property = new JsonObject { ["name"] = name, ["label"] = name, ["type"] = kind, ["fieldType"] = form, ["groupName"] = "companyinformation" };
        if (kind == "bool")
        {
            property["options"] = new JsonArray(
                new JsonObject { ["label"] = "Yes", ["value"] = "true" }, new JsonObject { ["label"] = "No", ["value"] = "false" });
        }

        return property.ToJsonString();
    }

    private static bool Reset(SalesforceSandbox salesforce, HubSpotSandbox hubspot, SandboxSite[] sites)
    {
        salesforce.Reset();
        hubspot.Reset();
        Furnish(salesforce, hubspot);
        foreach (var site in sites)
        {
            site.Handle(new SandboxRequest("DELETE", "/_sandbox/counters", new Dictionary<string, string>(), []));
        }

        return true;
    }

    private static bool Refuse(SalesforceSandbox org, int every)
    {
        var refusal = new SalesforceError("FIELD_CUSTOM_VALIDATION_EXCEPTION", "This account may not be saved.", []);
        org.AddRule("Account", save => Model.Number((string)save["Warehouse_Id__c"]!) % every == 0 ? refusal : null);
        return true;
    }

    // Ids depend on nothing but the order, so they are the same in every life of the fake.
    private static async Task<object> HeatAsync(SalesforceSandbox org, ForwardTime time, string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(Model.HotAccounts);
        await using var reader = await command.ExecuteReaderAsync();
        var at = time.Hold(TimeSpan.FromDays(-1));
        var ids = new List<string>();
        while (await reader.ReadAsync())
        {
            ids.Add(org.CreateAsUser("Account", JsonNode.Parse(reader.GetString(0))!.AsObject()));
        }

        time.Release();
        return new { ids, at };
    }

    private static async Task<WebApplication> ListenAsync(SandboxSite site)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestLineSize = kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
            kestrel.AddServerHeader = false;
        });
        var app = builder.Build();
        app.Run(context => AnswerAsync(site, context));
        await app.StartAsync();
        return app;
    }

    private static async Task AnswerAsync(SandboxSite site, HttpContext context)
    {
        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var answer = site.Handle(new SandboxRequest(context.Request.Method, target, headers, Gzip.Undo(headers, body.ToArray())));
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
