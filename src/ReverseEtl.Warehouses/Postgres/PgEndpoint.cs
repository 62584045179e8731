using System.Data.Common;
using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Where a connection string leads, and the driver for it.</summary>
internal static class PgEndpoint
{
    /// <summary>
    /// How long one answer may take unless the connection string says otherwise, in seconds: sorting a large model takes minutes
    /// before its first row.
    /// </summary>
    private const int DefaultCommandTimeout = 900;

    /// <summary>Bytes. Scans of millions of rows wait for the network less often than with the driver's 8 KB.</summary>
    private const int LeastReadBuffer = 64 * 1024;

    /// <summary>Finds dead peers while a read waits, in seconds.</summary>
    private const int DefaultTcpKeepAlive = 60;

    /// <summary>The data source and the words for it: host, port, database and user, never the password.</summary>
    /// <exception cref="PortException">The connection string cannot be read. Its text, which may hold a password, is not shown.</exception>
    public static (NpgsqlDataSource Source, string Words) Open(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings;
        DbConnectionStringBuilder given;
        try
        {
            settings = new(connectionString);
            given = new() { ConnectionString = connectionString };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // The parser's message quotes what it stumbled over, and that may be half a password: it goes no further.
            throw new PortException(PortTrouble.SignIn, "The connection string of a Postgres warehouse cannot be read.");
        }

        if (!given.ContainsKey("Command Timeout") && !given.ContainsKey("CommandTimeout"))
        {
            settings.CommandTimeout = DefaultCommandTimeout;
        }

        settings.ApplicationName ??= "retl";
        settings.ReadBufferSize = Math.Max(settings.ReadBufferSize, LeastReadBuffer);
        if (settings.TcpKeepAliveTime == 0)
        {
            settings.TcpKeepAlive = true;
            settings.TcpKeepAliveTime = DefaultTcpKeepAlive;
        }

        // Rows' values would go into exception texts.
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        return (NpgsqlDataSource.Create(settings), $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username} as {settings.Username}");
    }
}
