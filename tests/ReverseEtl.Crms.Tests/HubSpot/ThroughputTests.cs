using System.Globalization;
using Xunit.Abstractions;

namespace ReverseEtl.Crms.Tests.HubSpot;

/// <summary>How much of what the account permits is used, on the account's own clock.</summary>
[Collection(Alone.Name)]
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Contacts = 100_000;
    private const int PerTenSeconds = 100;

    [Fact]
    public async Task Hundred_thousand_contacts_take_nineteen_twentieths_of_the_permitted_rate_and_no_429()
    {
        var measured = await Throughput.MeasureAsync(Contacts, PerTenSeconds);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"proof: HubSpot, {Contacts} contacts written in {measured.Calls} requests and {measured.Took.TotalSeconds:0} s, {measured.Least.TotalSeconds:0} s at the least: {measured.Share:P1} of the permitted rate"));
        Assert.InRange(measured.Share, 0.95, 1.0);

        // One request for the properties and one for every hundred contacts: none was turned away and sent again.
        Assert.Equal(1 + (Contacts / 100), measured.Calls);
        Assert.Equal(measured.Calls, measured.Served);
    }
}
