using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Auth;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>One Salesforce org to talk to. A class so that printing it tells no secret.</summary>
public sealed class SalesforceSettings
{
    /// <summary>The org's My Domain address; for JWT and refresh tokens also the general login host.</summary>
    public required Uri LoginUrl { get; init; }

    /// <summary>How to sign in.</summary>
    public required SalesforceGrant Grant { get; init; }

    /// <summary>API version as it stands in addresses, e.g. <c>v66.0</c>.</summary>
    public string ApiVersion { get; init; } = DefaultVersion;

    /// <summary>Where the account's daily use stops this connection; it counts the use of all clients, as Salesforce reports it.</summary>
    public DailyBudget DailyApiBudget { get; init; } = DailyBudget.All;

    /// <summary>Requests in flight at once, 1 to 25 (Salesforce allows 25 that run 20 s or longer in a production org, 5 in a trial).</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>Longest time for one attempt.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether a record is saved although an alerting duplicate rule found others like it; blocking rules block all the same. By default they
    /// are refused and wait for a person. When it is set, creates and updates never go by Bulk, which cannot say so.
    /// </summary>
    public bool AllowDuplicates { get; init; }

    /// <summary>
    /// Whether reads of changes are checked against Salesforce's replication resources: late commits hold the watermark back, and records that
    /// left the recycle bin, or that a query overlooked, are found before the next sweep. Costs three calls an object every five minutes at most.
    /// </summary>
    public bool CrossCheck { get; init; } = true;

    /// <summary>
    /// How often an object is read in full when formulas or roll-ups of it are mapped, because they change without a stamp that moves; zero for
    /// only with the engine's own sweeps (<c>Engine:FullCrmReadEvery</c>). A large object goes by Bulk, for a handful of calls.
    /// </summary>
    public TimeSpan FormulasEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>When and how Bulk API 2.0 is used.</summary>
    public BulkSettings Bulk { get; init; } = new();

    private const string DefaultVersion = "v66.0";

    /// <summary>Reads the settings of a connection.</summary>
    /// <exception cref="CrmSettingsException">One is missing or wrong.</exception>
    public static SalesforceSettings Read(CrmConnection connection)
    {
        var login = connection.Address("LoginUrl");
        return new SalesforceSettings
        {
            LoginUrl = login,
            Grant = SalesforceGrant.Read(connection, login),
            ApiVersion = Version(connection),
            DailyApiBudget = connection.Budget("DailyApiBudget"),
            Parallelism = connection.Int("Parallelism", 4, 1, 25),
            RequestTimeout = connection.Length("RequestTimeout", TimeSpan.FromMinutes(2)),
            AllowDuplicates = connection.Flag("AllowDuplicates"),
            CrossCheck = connection.Flag("CrossCheck", otherwise: true),
            FormulasEvery = connection.Find("FormulasEvery") is "0" ? TimeSpan.Zero : connection.Length("FormulasEvery", TimeSpan.FromHours(1)),
            Bulk = BulkSettings.Read(connection),
        };
    }

    private static string Version(CrmConnection connection)
    {
        var text = connection.Find("ApiVersion") ?? DefaultVersion;
        var number = text.TrimStart('v', 'V');
        return number.Length > 0 && number.All(c => char.IsAsciiDigit(c) || c == '.')
            ? "v" + (number.Contains('.', StringComparison.Ordinal) ? number : number + ".0")
            : throw new CrmSettingsException(connection.Name, "ApiVersion", $"must be a version such as {DefaultVersion}.");
    }
}
