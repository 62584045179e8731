using System.Text.Json;
using Microsoft.Extensions.Configuration;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>A working folder as an operator has one: configuration and one mapping file. Model and state are in one database.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Database">The database.</param>
internal sealed record Workplace(string Folder, string Database)
{
    /// <summary>The configuration.</summary>
    public RetlSettings Settings => new(new ConfigurationBuilder().AddJsonFile(Path.Combine(Folder, "appsettings.json")).Build(), Folder);

    /// <summary>Writes the files.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="warehouse">The database server.</param>
    /// <param name="database">The database of model and state.</param>
    /// <param name="crm"><c>salesforce</c> or <c>hubspot</c>.</param>
    /// <param name="fake">The CRMs.</param>
    /// <param name="comparer">Who compares the rows with what is known of them.</param>
    public static Workplace Make(string folder, Warehouse warehouse, string database, string crm, Fake fake, Comparer comparer)
    {
        Directory.CreateDirectory(Path.Combine(folder, "mappings"));
        File.WriteAllText(Path.Combine(folder, "mappings", "accounts.yaml"), Model.Mapping(crm));
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["ConnectionStrings"] = new { State = warehouse.ConnectionString(database) },
            ["Warehouses"] = new { main = new { Type = "postgres", ConnectionString = warehouse.ConnectionString(database) } },
            ["Crms"] = new
            {
                salesforce = new
                {
                    Type = "salesforce",
                    LoginUrl = fake.Salesforce,
                    Auth = "client_credentials",
                    ClientId = SalesforceOptions.DefaultClientId,
                    ClientSecret = SalesforceOptions.DefaultClientSecret,
                },
                hubspot = new { Type = "hubspot", BaseUrl = fake.HubSpot, AccessToken = HubSpotOptions.DefaultToken },
            },

            // Databases are kept from one day to the next, and the fake does not hold what the state was seeded with.
            ["Engine"] = new { FullCrmReadEvery = "3650.00:00:00", Compare = comparer.ToString() },
        }));
        return new Workplace(folder, database);
    }
}
