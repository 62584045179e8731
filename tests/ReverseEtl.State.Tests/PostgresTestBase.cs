using ReverseEtl.Engine.Ports;

namespace ReverseEtl.State.Tests;

/// <summary>Tests of what only the Postgres state has.</summary>
public abstract class PostgresTestBase(StateDatabase database) : StateTestBase, IClassFixture<StateDatabase>
{
    protected StateDatabase Database { get; } = database;

    protected override IStateStore Store => Database.Store;
}
