using ReverseEtl.Sandbox.Salesforce;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

public class SalesforceIdTests
{
    [Theory]
    [InlineData("0015500001QdQWa", "AAN")]
    [InlineData("0035500001H9cak", "AAB")]
    [InlineData("001i000002C8QTI", "AA3")]
    [InlineData("005R0000000UyrW", "IAS")]
    [InlineData("750R0000000zlh9", "IAA")]
    [InlineData("003RO0000035WQg", "YAM")]
    [InlineData("000000000000000", "AAA")]
    public void Extend_appends_the_published_checksums(string id15, string checksum) =>
        Assert.Equal(id15 + checksum, SalesforceId.Extend(id15));

    [Theory]
    [InlineData("0015500001QdQWa", true)]
    [InlineData("0015500001QdQWaAAN", true)]
    [InlineData("0015500001qdqwaAAN", false)]
    [InlineData("0015500001QdQWaAAN0", false)]
    [InlineData("0015500001QdQW-", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void TryNormalize_takes_both_forms_and_refuses_altered_case(string? text, bool good)
    {
        Assert.Equal(good, SalesforceId.TryNormalize(text, out var id));
        Assert.Equal(good ? "0015500001QdQWaAAN" : "", good ? id : "");
    }
}
