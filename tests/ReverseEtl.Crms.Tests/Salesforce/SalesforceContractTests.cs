namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class SalesforceContractTests : CrmContract
{
    protected override ICrmBench NewBench() => new SalesforceBench();
}
