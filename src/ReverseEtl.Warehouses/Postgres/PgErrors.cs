using System.Net.Sockets;
using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>What Postgres' errors mean for the engine. SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html</summary>
internal static class PgErrors
{
    private const string MissingPassword = "No password has been provided";

    /// <summary>Serialization failure and deadlock: the same statement may well succeed at once.</summary>
    public static bool IsWorthRepeating(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>
    /// Whether a row's data is to blame, so that other rows of the statement may still be written: data (22), constraints (23, 44),
    /// several hits (21), what triggers raise (P0, 38, 39, 09, 27), too large for an index (54), a locked row (55P03), row policies.
    /// </summary>
    public static bool IsRowFault(PostgresException e) =>
        e.SqlState[..2] is "21" or "22" or "23" or "44" or "P0" or "38" or "39" or "09" or "27" or "54"
        || e.SqlState is PostgresErrorCodes.LockNotAvailable
        || IsRowPolicy(e);

    /// <summary>The exception for the engine, or null when it is none of the warehouse's (a defect, a cancellation).</summary>
    public static PortException? ToPort(Exception e, string endpoint) => e switch
    {
        PortException port => port,
        PostgresException postgres => new(TroubleOf(postgres), $"Postgres {endpoint}: {Words(postgres)}", e),
        NpgsqlException { InnerException: null } npgsql when npgsql.Message.Contains(MissingPassword, StringComparison.Ordinal) =>
            new(PortTrouble.SignIn, $"Postgres {endpoint} asks for a password and none is configured.", e),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException =>
            new(PortTrouble.Unavailable, $"Postgres {endpoint} did not answer in time.", e),
        NpgsqlException or SocketException or IOException =>
            new(PortTrouble.Unavailable, $"Postgres {endpoint} cannot be reached or the connection was lost: {e.Message}", e),
        InvalidCastException =>
            new(PortTrouble.Unavailable, $"Postgres {endpoint}: a column's type changed while it was read.", e),
        _ => null,
    };

    /// <summary>An error in the user's query, with the place in it.</summary>
    /// <param name="e">The error.</param>
    /// <param name="query">The query as the user wrote it.</param>
    /// <param name="offset">Characters of the statement before the query.</param>
    public static PortException InQuery(PostgresException e, string query, int offset) =>
        e.SqlState.StartsWith("42", StringComparison.Ordinal)
            ? new(PortTrouble.Refused, $"The query does not compile: {Words(e)}{Place(e.Position - offset, query)}.", e)
            : new(TroubleOf(e), $"The query does not run: {Words(e)}{Place(e.Position - offset, query)}.", e);

    /// <summary>Postgres' own words, without the values that it quotes behind a colon (<c>invalid input syntax for type integer: "x"</c>).</summary>
    public static string Words(PostgresException e)
    {
        var text = e.MessageText;
        var quoted = e.SqlState.StartsWith("22", StringComparison.Ordinal) ? text.IndexOf(": \"", StringComparison.Ordinal) : -1;
        return $"{(quoted < 0 ? text : text[..quoted])} ({e.SqlState})";
    }

    private static PortTrouble TroubleOf(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName => PortTrouble.SignIn,
        ['2', '8', ..] => PortTrouble.SignIn,
        ['0', '8', ..] or ['4', '0', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] => PortTrouble.Unavailable,
        _ => PortTrouble.Refused,
    };

    // The code is the same as for a missing right on the whole table; only the routine tells them apart.
    private static bool IsRowPolicy(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.InsufficientPrivilege && e.Routine is "ExecWithCheckOptions";

    // Positions count characters from 1; one outside the query says that its brackets do not match.
    private static string Place(int position, string query)
    {
        if (position < 1 || position > query.Length)
        {
            return position > query.Length ? ", at the end of the query" : "";
        }

        var before = query.AsSpan(0, position - 1);
        return $", line {before.Count('\n') + 1}, column {before.Length - before.LastIndexOf('\n')} of the query";
    }
}
