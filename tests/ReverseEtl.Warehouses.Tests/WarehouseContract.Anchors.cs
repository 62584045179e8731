using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Warehouses.Tests;

public abstract partial class WarehouseContract
{
    [Fact]
    public async Task Anchor_is_remembered_for_each_mapping_by_itself()
    {
        var mine = new StateAnchor(Guid.Parse("5b0f7f0e-2d2c-4c0e-9a55-0a4f5d1c7e01"), 7);
        var other = new StateAnchor(Guid.Parse("5b0f7f0e-2d2c-4c0e-9a55-0a4f5d1c7e02"), 9);
        Assert.Null(await Warehouse.ReadAnchorAsync(Mapping, CancellationToken.None));
        await Warehouse.WriteAnchorAsync(Mapping, mine with { LastRun = 6 }, CancellationToken.None);
        await Warehouse.WriteAnchorAsync(Mapping, mine, CancellationToken.None);
        await Warehouse.WriteAnchorAsync($"{Mapping}_2", other, CancellationToken.None);
        Assert.Equal(mine, await Warehouse.ReadAnchorAsync(Mapping, CancellationToken.None));
        Assert.Equal(other, await Warehouse.ReadAnchorAsync($"{Mapping}_2", CancellationToken.None));
    }
}
