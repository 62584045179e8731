namespace ReverseEtl.Crms.Tests.HubSpot;

public sealed class HubSpotContractTests : CrmContract
{
    protected override ICrmBench NewBench() => new HubSpotBench();
}
