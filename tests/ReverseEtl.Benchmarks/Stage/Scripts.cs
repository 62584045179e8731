using System.Diagnostics;

namespace ReverseEtl.Benchmarks.Stage;

/// <summary>The scripts that a team would write instead, with the vendors' clients from npm.</summary>
internal static class Scripts
{
    private static string Folder => Path.GetFullPath("tests/ReverseEtl.Benchmarks/scripts");

    /// <summary>Why they cannot be run here; null when they can. <c>./bench</c> finds out.</summary>
    public static string? Missing { get; } = Environment.GetEnvironmentVariable("RETL_BENCH_NO_SCRIPTS") is { Length: > 0 } why ? why : null;

    /// <summary>How one is started.</summary>
    /// <param name="script">Its file.</param>
    /// <param name="database">Address of the database.</param>
    /// <param name="fake">The CRMs.</param>
    public static ProcessStartInfo Start(string script, string database, Fake fake) => new("node", [script])
    {
        WorkingDirectory = Folder,
        Environment = { ["DATABASE_URL"] = database, ["SALESFORCE_URL"] = fake.Salesforce, ["HUBSPOT_URL"] = fake.HubSpot },
    };
}
