using ReverseEtl.Sandbox.Postgres;

namespace ReverseEtl.State.Tests;

/// <summary>One empty database a test class.</summary>
public sealed class Database : IAsyncLifetime
{
    public TestDatabase Value { get; private set; } = null!;

    public async Task InitializeAsync() => Value = await TestDatabase.CreateAsync();

    public async Task DisposeAsync() => await Value.DisposeAsync();
}
