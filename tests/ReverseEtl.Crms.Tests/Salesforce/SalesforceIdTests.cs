using ReverseEtl.Crms.Salesforce;

namespace ReverseEtl.Crms.Tests.Salesforce;

public sealed class SalesforceIdTests
{
    [Theory]
    [InlineData("0015500001QdQWa", "AAN")]
    [InlineData("0035500001H9cak", "AAB")]
    [InlineData("001i000002C8QTI", "AA3")]
    [InlineData("005R0000000UyrW", "IAS")]
    [InlineData("750R0000000zlh9", "IAA")]
    [InlineData("003RO0000035WQg", "YAM")]
    [InlineData("000000000000000", "AAA")]
    public void Short_id_gets_its_check_characters(string id, string check)
    {
        Assert.Equal(id + check, SalesforceId.Normalize(id));
        Assert.Equal(id + check, SalesforceId.Normalize(" " + id + check));
    }

    [Theory]
    [InlineData("0015500001QdQWaAAB")]
    [InlineData("0015500001qdqwaAAN")]
    [InlineData("0015500001QdQW")]
    [InlineData("0015500001QdQW-")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_id_has_no_form(string? text) => Assert.Null(SalesforceId.Normalize(text));

    [Theory]
    [InlineData("0015500001QdQWa", "0015500001QdQWaAAN")]
    [InlineData("001000000000000001", "001000000000000001")]
    [InlineData(" odd-1 ", "odd-1")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Id_of_an_answer_is_believed(string? text, string? id) => Assert.Equal(id, SalesforceId.OfAnswer(text));

    [Fact]
    public void What_is_no_id_may_be_kept() => Assert.Equal("xyz", SalesforceId.NormalizeOrKeep("xyz"));
}
