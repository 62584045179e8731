using CsCheck;
using ReverseEtl.Core.Identity;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Identity;

public sealed class MatchKeyTests
{
    [Theory]
    [InlineData(MatchAs.Exact, " A-1 ", "A-1")]
    [InlineData(MatchAs.Exact, "a-1", "a-1")]
    [InlineData(MatchAs.Email, "Ann@X.Example", "ann@x.example")]
    [InlineData(MatchAs.Email, "no address", null)]
    [InlineData(MatchAs.Phone, "+49 (30) 123-4567", "49301234567")]
    [InlineData(MatchAs.Phone, "0049 30 1234567", "49301234567")]
    [InlineData(MatchAs.Phone, "030 1234567", "0301234567")]
    [InlineData(MatchAs.Phone, "٠٣٠ ١٢٣٤٥٦٧", "0301234567")]
    [InlineData(MatchAs.Phone, "ext. 1234", null)]
    [InlineData(MatchAs.Domain, "https://www.Acme.example:8080/path?q=1", "acme.example")]
    [InlineData(MatchAs.Domain, "acme.example.", "acme.example")]
    [InlineData(MatchAs.Domain, "ann@Acme.example", "acme.example")]
    [InlineData(MatchAs.Domain, "mailto:ann@acme.example", "acme.example")]
    [InlineData(MatchAs.Domain, "localhost", null)]
    [InlineData(MatchAs.Domain, "www.com", null)]
    [InlineData(MatchAs.CaseInsensitive, "  Acme \t GmbH ", "acme gmbh")]
    public void Normalise_a_value_gives(MatchAs rule, string text, string? normal) =>
        Assert.Equal(normal, MatchKey.Normalise(rule, FieldValue.Of(text)));

    // Else two strangers with a page on the same site, or a page that quotes an address, would be joined.
    [Theory]
    [InlineData("https://video.example/@acme.inc", "video.example")]
    [InlineData("https://acme.example/?mail=ann@other.example", "acme.example")]
    [InlineData("https://user:secret@acme.example/x", "acme.example")]
    [InlineData("video.example/@acme.inc", "video.example")]
    public void Normalise_an_at_sign_behind_the_host_does_not_change_the_domain(string text, string domain) =>
        Assert.Equal(domain, MatchKey.Normalise(MatchAs.Domain, FieldValue.Of(text)));

    [Fact]
    public void Normalise_blank_or_unseen_matches_nothing()
    {
        foreach (var rule in Enum.GetValues<MatchAs>())
        {
            foreach (var value in new[] { FieldValue.Null, FieldValue.NotObserved, FieldValue.Unmoved, FieldValue.Absent, FieldValue.Of(" ") })
            {
                Assert.Null(MatchKey.Normalise(rule, value));
                Assert.Null(MatchKey.Hash(rule, value));
            }
        }
    }

    [Fact]
    public void Normalise_any_text_never_throws_and_is_never_blank() =>
        Gen.Select(Gen.OneOf(Enum.GetValues<MatchAs>()), Nasty.Value).Sample(
            (rule, value) =>
            {
                var normal = MatchKey.Normalise(rule, value);
                return normal is null == MatchKey.Hash(rule, value) is null && normal is not "";
            },
            iter: 20_000);

    [Fact]
    public void Hash_of_one_text_under_two_rules_differs() =>
        Assert.NotEqual(MatchKey.Hash(MatchAs.Exact, FieldValue.Of("a")), MatchKey.Hash(MatchAs.CaseInsensitive, FieldValue.Of("a")));
}
