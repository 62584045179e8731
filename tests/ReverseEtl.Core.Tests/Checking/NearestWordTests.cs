using ReverseEtl.Core.Checking;

namespace ReverseEtl.Core.Tests.Checking;

public class NearestWordTests
{
    [Theory]
    [InlineData("wharehouse", "warehouse")]
    [InlineData("waerhouse", "warehouse")]
    [InlineData("CRM", "crm")]
    [InlineData("health_score", "Health_Score__c")]
    [InlineData("newest", "newest_wins")]
    [InlineData("xyzzy", null)]
    [InlineData("", null)]
    public void Mistyped_word_finds_what_was_meant(string word, string? meant) =>
        Assert.Equal(meant, NearestWord.Find(word, ["warehouse", "crm", "shared", "newest_wins", "Health_Score__c"]));

    [Fact]
    public void Equally_near_words_are_told_apart_by_order() => Assert.Equal("bat", NearestWord.Find("cat", ["rat", "bat"]));
}
