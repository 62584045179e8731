using CsCheck;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.State;
using static ReverseEtl.State.Tests.AnyOfGen;

namespace ReverseEtl.State.Tests;

public sealed class StoredTextTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String, Gen.Char.Array[0, 6].Select(chars => new string(chars)), AnyOf("\u001a", "\u001aAAA=", "\0", "x\udc00", "Grüße 😀"));

    [Fact]
    public void Text_is_stored_as_something_that_PostgreSQL_takes_and_comes_back_whole() => AnyText.Sample(text =>
    {
        var stored = PgText.Store(text)!;
        Assert.DoesNotContain('\0', stored);
        Assert.True(PgText.IsWellFormed(stored));
        Assert.Equal(text, PgText.Load(stored));
    });

    [Fact]
    public void Ordinary_text_is_stored_readable()
    {
        Assert.Equal("Grüße 😀", PgText.Store("Grüße 😀"));
        Assert.Null(PgText.Store(null));
    }

    [Fact]
    public void Intent_fields_come_back_as_they_were_packed() =>
        Gen.Select(AnyText, AnyText, AnyOf(FieldValue.Null, FieldValue.NotObserved, FieldValue.Unmoved, FieldValue.Absent), AnyText).Array[0, 5].Sample(fields =>
        {
            var packed = fields.Select(f => new IntentField(f.Item1, FieldValue.Of(f.Item2), f.Item3, f.Item4)).ToList();
            Assert.Equal(packed, IntentCodec.Unpack(IntentCodec.Pack(packed)));
        });

    [Fact]
    public void Fingerprint_keeps_its_order_of_bytes_as_uuid()
    {
        var print = Fingerprint.OfText("x");
        Assert.Equal(Convert.ToHexStringLower(print.ToBytes()), print.ToUuid().ToString("N"));
    }
}
