using Npgsql;
using ReverseEtl.Sandbox.Postgres;

namespace ReverseEtl.State.Tests;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("retl-private-").FullName;

    public PrivatePostgresTests()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Cluster_keeps_its_data_and_serves_whoever_attaches()
    {
        await using (var first = await StartAsync())
        {
            Assert.True(first.IsOwner);
            await first.CreateDatabaseAsync("d");
            await first.CreateDatabaseAsync("d");
            await AskAsync(first, "create table t as select 7 as n");

            var second = await StartAsync();
            Assert.False(second.IsOwner);
            Assert.Equal(first.Port, second.Port);
            await second.DisposeAsync();
            Assert.Equal(7, await AskAsync(first, "select n from t"));
            Assert.Equal("C", await AskAsync(first, "select datcollate::text from pg_database where datname = 'd'"));
            Assert.Equal("UTF8", await AskAsync(first, "select pg_encoding_to_char(encoding)::text from pg_database where datname = 'd'"));
        }

        await using var again = await StartAsync();
        Assert.Equal(7, await AskAsync(again, "select n from t"));
    }

    [Fact]
    public async Task Start_after_a_killed_process_stops_what_it_left()
    {
        await using (var first = await StartAsync())
        {
            await first.CreateDatabaseAsync("d");
            await AskAsync(first, "create table t as select 7 as n");

            // What a killed owner leaves: a server nobody has the lock of.
            File.Delete(Path.Combine(first.Folder, "lock"));
            await using var next = await StartAsync();
            Assert.True(next.IsOwner);
            Assert.Equal(7, await AskAsync(next, "select n from t"));
        }
    }

    [Fact]
    public async Task Start_with_a_stale_pid_file_does_not_touch_the_stranger_that_has_the_id()
    {
        await using (await StartAsync())
        {
        }

        var ours = Environment.ProcessId;
        await File.WriteAllTextAsync(Path.Combine(_folder, "data", "postmaster.pid"), $"{ours}\n{_folder}/data\n0\n5432\n\n\n\nready\n");
        await using var server = await StartAsync();
        Assert.True(server.IsOwner);
        Assert.NotEqual(5432, server.Port);
    }

    [Fact]
    public async Task Start_where_the_server_cannot_enter_falls_back_and_says_where()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return; // An ordinary user's server can enter whatever its user can.
        }

        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string where;
        await using (var server = await StartAsync())
        {
            where = server.Folder;
            Assert.NotEqual(_folder, where);
        }

        Directory.Delete(where, recursive: true);
    }

    private Task<PrivatePostgres> StartAsync() => PrivatePostgres.StartAsync(new(_folder, Durable: false, SharedBuffersMb: 16), CancellationToken.None);

    private static async Task<object?> AskAsync(PrivatePostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString("d") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
