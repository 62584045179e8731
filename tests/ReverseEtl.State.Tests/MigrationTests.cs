using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Postgres;

namespace ReverseEtl.State.Tests;

public sealed class MigrationTests
{
    [Fact]
    public async Task Several_processes_may_migrate_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var store = new PostgresStateStore(new(database.ConnectionString));
            await store.MigrateAsync(default);
        })));
        await using var store = new PostgresStateStore(new(database.ConnectionString));
        await store.MigrateAsync(default);
        await store.CheckAsync(default);
        Assert.Empty(await store.Reports.StatusAsync(default));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=s3cr3t;Database=d;Timeout=2")]
    [InlineData("Host=nowhere.invalid;Port=5432;Username=u;Password=s3cr3t;Database=d;Timeout=2")]
    public async Task Database_that_cannot_be_reached_is_told_by_host_and_port_without_the_password(string connectionString)
    {
        await using var store = new PostgresStateStore(new(connectionString));
        foreach (var call in (Func<Task>[])[
            () => store.CheckAsync(default), () => store.MigrateAsync(default), () => store.Reports.StatusAsync(default)])
        {
            var failure = await Assert.ThrowsAsync<PortException>(call);
            Assert.Equal(PortTrouble.Unavailable, failure.Trouble);
            Assert.Contains(connectionString.Split(';')[0][5..], failure.Message);
            Assert.DoesNotContain("s3cr3t", failure.ToString());
        }
    }

    [Fact]
    public async Task Database_that_does_not_exist_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var store = new PostgresStateStore(new(database.ConnectionString.Replace(database.Name, "missing", StringComparison.Ordinal)));
        var failure = await Assert.ThrowsAsync<PortException>(() => store.CheckAsync(default));
        Assert.Equal(PortTrouble.Refused, failure.Trouble);
    }
}
