using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine;
using DbUp.Engine.Output;
using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Migrations;

/// <summary>Brings the schema <c>retl</c> up to date: embedded, versioned SQL files, each run once, in a transaction of its own.</summary>
internal static class Migrator
{
    private const int NeededVersion = 150_000;
    private const string Prefix = "migrations/";

    // Any number that nothing else in the database uses: "retl" in ASCII.
    private const long MigrationLock = 0x7265_746c;

    /// <summary>Runs what has not run yet. Several processes may do so at once: all but one wait.</summary>
    public static async Task RunAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Without a pool: a lock must not outlive its user in an idle connection.
        var own = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(own);
        await connection.OpenAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major * 10_000 < NeededVersion)
        {
            throw new PortException(PortTrouble.Refused, $"The state needs PostgreSQL 15 or later; this server is {connection.PostgreSqlVersion}.");
        }

        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_lock(@MigrationLock)", new { MigrationLock }, commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition("create schema if not exists retl", cancellationToken: cancellationToken));
        var result = await Task.Run(() => Upgrader(own).PerformUpgrade(), cancellationToken);
        if (!result.Successful)
        {
            throw result.Error is NpgsqlException and not PostgresException
                ? result.Error
                : new PortException(PortTrouble.Refused, $"Migration {result.ErrorScript?.Name} of the state failed: {result.Error.Message}", result.Error);
        }
    }

    private static UpgradeEngine Upgrader(string connectionString) => DeployChanges.To
        .PostgresqlDatabase(connectionString, "retl")
        .WithScripts(Scripts())
        .JournalToPostgresqlTable("retl", "schema_version")
        .WithTransactionPerScript()
        .WithVariablesDisabled()
        .LogTo(new NoOpUpgradeLog())
        .Build();

    private static SqlScript[] Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => SqlScript.FromStream(name[Prefix.Length..], assembly.GetManifestResourceStream(name)!))
            .ToArray();
    }
}
