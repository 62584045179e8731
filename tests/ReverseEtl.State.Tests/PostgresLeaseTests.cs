namespace ReverseEtl.State.Tests;

public sealed class PostgresLeaseTests(StateDatabase database) : PostgresTestBase(database)
{
    [Fact]
    public async Task Of_many_openers_at_once_one_gets_the_mapping()
    {
        var states = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Store.OpenAsync(Opening(), None))));
        Assert.Single(states, state => state is not null);
        await states.Single(state => state is not null)!.DisposeAsync();
    }
}
