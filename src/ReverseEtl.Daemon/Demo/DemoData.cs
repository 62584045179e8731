using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;

namespace ReverseEtl.Daemon.Demo;

/// <summary>The sample company: a warehouse with accounts, contacts and people, and CRMs that already know a part of them.</summary>
internal sealed class DemoData(string warehouse, CrmUser salesforce, CrmUser hubspot)
{
    public const int Accounts = 2000;
    public const int Contacts = 4000;
    public const int People = 5000;
    public const int KnownAccounts = 300;
    public const int KnownContacts = 500;
    public const int KnownPeople = 600;

    /// <summary>An account that two CRM records claim by their web site, so that nobody may guess.</summary>
    public const int AmbiguousAccount = 299;

    private static readonly DateOnly FirstTrial = new(2027, 1, 1);
    private static readonly string[] Industries = ["Agriculture", "Banking", "Biotechnology", "Construction", "Education", "Energy", "Retail"];
    private static readonly string[] Segments = ["Enterprise", "Mid-Market", "SMB"];
    private static readonly string[] FirstNames = ["Ada", "Björn", "Chidi", "Dolores", "Émile", "Fatima", "Goran", "Hana", "Ivo", "Jun"];
    private static readonly string[] LastNames = ["Okafor", "Ito", "Müller", "García", "Novák", "Rossi", "Nguyễn", "Smith", "Dubois", "Kowalska"];
    private static readonly string[] Titles = ["CTO", "Buyer", "Head of Finance", "Engineer"];

    public static string AccountId(int n) => $"A-{n:0000}";

    public static string ContactId(int n) => $"C-{n:0000}";

    public static string PersonId(int n) => $"P-{n:0000}";

    public static string Domain(int n) => $"company{n:0000}.example";

    /// <summary>Makes both sides.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(warehouse);
        await connection.OpenAsync(cancellationToken);
        await using (var tables = new NpgsqlCommand(Tables, connection))
        {
            await tables.ExecuteNonQueryAsync(cancellationToken);
        }

        await AccountRowsAsync(connection, cancellationToken);
        await ContactRowsAsync(connection, cancellationToken);
        await PeopleRowsAsync(connection, cancellationToken);
        KnownInCrm();
    }

    // Every tenth account belongs to a group; its parent has a larger number, so that no order of the rows puts parents first.
    private static async Task AccountRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy analytics.accounts (account_id, name, domain, health_score, segment, parent_id, phone, industry, tags, annual_revenue, employees, description, rating, support_tier) from stdin (format binary)",
            cancellationToken);
        for (var n = 0; n < Accounts; n++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(AccountId(n), cancellationToken);
            await copy.WriteAsync($"Company {n:0000}", cancellationToken);
            await copy.WriteAsync(Domain(n), cancellationToken);
            await copy.WriteAsync((decimal)random.Next(10000) / 100, NpgsqlDbType.Numeric, cancellationToken);
            await copy.WriteAsync(Segments[n % Segments.Length], cancellationToken);
            await Nullable(copy, n % 10 == 5 ? AccountId(n + 1) : null, cancellationToken);
            await copy.WriteAsync($"+47 22 {n:000000}", cancellationToken);
            await copy.WriteAsync(Industries[n % Industries.Length], cancellationToken);
            await copy.WriteAsync(new[] { "customer", n % 2 == 0 ? "emea" : "apac" }, NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync((decimal)(random.Next(1, 1000) * 1000), NpgsqlDbType.Numeric, cancellationToken);
            await copy.WriteAsync(random.Next(1, 5000), cancellationToken);
            await copy.WriteAsync($"Customer since {2000 + (n % 25)}.", cancellationToken);
            await copy.WriteAsync("Warm", cancellationToken);
            await copy.WriteAsync(n % 3 == 0 ? "gold" : "silver", cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task ContactRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var random = new Random(2);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy analytics.contacts (contact_id, account_id, first_name, last_name, email, phone, title, lead_score) from stdin (format binary)", cancellationToken);
        for (var n = 0; n < Contacts; n++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(ContactId(n), cancellationToken);
            await copy.WriteAsync(AccountId(n % (Accounts - 500)), cancellationToken);
            await copy.WriteAsync(FirstNames[n % FirstNames.Length], cancellationToken);
            await copy.WriteAsync(LastNames[n / 7 % LastNames.Length], cancellationToken);
            await copy.WriteAsync(Email("c", n), cancellationToken);
            await copy.WriteAsync($"+44 20 {n:000000}", cancellationToken);
            await copy.WriteAsync(Titles[n % Titles.Length], cancellationToken);
            await copy.WriteAsync(random.Next(101), cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task PeopleRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var random = new Random(3);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy analytics.people (person_id, email, first_name, last_name, phone, job_title, lead_score, segment, company, trial_ends) from stdin (format binary)", cancellationToken);
        for (var n = 0; n < People; n++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(PersonId(n), cancellationToken);
            await copy.WriteAsync(Email("p", n), cancellationToken);
            await copy.WriteAsync(FirstNames[n / 3 % FirstNames.Length], cancellationToken);
            await copy.WriteAsync(LastNames[n % LastNames.Length], cancellationToken);
            await copy.WriteAsync($"+33 1 {n:000000}", cancellationToken);
            await copy.WriteAsync(Titles[n % Titles.Length], cancellationToken);
            await copy.WriteAsync(random.Next(101), cancellationToken);
            await copy.WriteAsync(n % 3 == 0 ? "enterprise" : n % 3 == 1 ? "mid_market" : "smb", cancellationToken);
            await copy.WriteAsync($"Company {n % Accounts:0000}", cancellationToken);
            await copy.WriteAsync(FirstTrial.AddDays(n % 28), NpgsqlDbType.Date, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    // People typed these in before there was a warehouse: other spelling, other gaps, no key of ours.
    private void KnownInCrm()
    {
        for (var n = 0; n < KnownAccounts; n++)
        {
            salesforce.Create("Account", new JsonObject { ["Name"] = $"Company {n:0000} Inc.", ["Website"] = $"https://www.{Domain(n)}/" });
        }

        salesforce.Create("Account", new JsonObject { ["Name"] = "A namesake", ["Website"] = $"http://{Domain(AmbiguousAccount)}" });
        for (var n = 0; n < KnownContacts; n++)
        {
            salesforce.Create("Contact", new JsonObject { ["LastName"] = LastNames[n / 7 % LastNames.Length], ["Email"] = Email("c", n).ToUpperInvariant() });
        }

        for (var n = 0; n < KnownPeople; n++)
        {
            hubspot.Create("contacts", new JsonObject { ["email"] = Email("p", n), ["newsletter"] = n % 2 == 0 ? "true" : "false" });
        }
    }

    private static string Email(string kind, int n) => string.Create(CultureInfo.InvariantCulture, $"{kind}{n:0000}@{Domain(n % Accounts)}");

    private static Task Nullable(NpgsqlBinaryImporter copy, string? value, CancellationToken cancellationToken) =>
        value is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(value, cancellationToken);

    private const string Tables = """
        drop schema if exists analytics cascade;
        drop schema if exists crm_landing cascade;
        create schema analytics;
        create table analytics.accounts (
            account_id text primary key, name text not null, domain text, health_score numeric(7,3), segment text, parent_id text,
            csm_email text, phone text, industry text, tags text[], annual_revenue numeric(18,2), employees int, description text,
            rating text, support_tier text, updated_at timestamptz not null default clock_timestamp());
        create table analytics.contacts (
            contact_id text primary key, account_id text, first_name text, last_name text not null, email text, phone text, title text,
            lead_score int, updated_at timestamptz not null default clock_timestamp());
        create table analytics.people (
            person_id text primary key, email text, first_name text, last_name text, phone text, job_title text, lead_score int,
            segment text, company text, trial_ends date, newsletter boolean, updated_at timestamptz not null default clock_timestamp());
        create function analytics.touch() returns trigger language plpgsql as
            $$ begin new.updated_at := clock_timestamp(); return new; end $$;
        create trigger touch before update on analytics.accounts for each row execute function analytics.touch();
        create trigger touch before update on analytics.contacts for each row execute function analytics.touch();
        create trigger touch before update on analytics.people for each row execute function analytics.touch();
        """;
}
