using System.Net.Sockets;
using Npgsql;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State;

/// <summary>Turns what the driver throws into what the port promises. Messages name host and port, never user, password or values.</summary>
internal static class StateFailure
{
    /// <summary>Whether the exception is the database's or the network's, not ours or the caller's.</summary>
    public static bool IsOne(Exception exception) =>
        exception is NpgsqlException or TimeoutException or SocketException or IOException;

    /// <summary>The port's exception for one of the driver's.</summary>
    public static PortException Of(Exception exception, string endpoint) => exception switch
    {
        PostgresException e => new(TroubleOf(e.SqlState), $"The state database at {endpoint} refused: {e.MessageText} ({e.SqlState}).", e),
        { InnerException: TimeoutException } or TimeoutException =>
            new(PortTrouble.Unavailable, $"The state database at {endpoint} did not answer in time.", exception),
        _ => new(PortTrouble.Unavailable, $"The state database at {endpoint} cannot be reached: {exception.Message}", exception),
    };

    /// <summary>Somebody else has the mapping now.</summary>
    public static PortException LeaseLost(string mapping) =>
        new(PortTrouble.Unavailable, $"The lease of mapping '{mapping}' was lost to another process; nothing was recorded.");

    private static PortTrouble TroubleOf(string sqlState) => sqlState[..2] switch
    {
        "28" => PortTrouble.SignIn,

        // Connection, transaction ended, rolled back, out of resources, object in use, operator intervention, system error.
        "08" or "25" or "40" or "53" or "55" or "57" or "58" => PortTrouble.Unavailable,
        _ => PortTrouble.Refused,
    };
}
