using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ReverseEtl.Crms.Http;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>The body of an upload: UTF-8 without a byte order mark, which Salesforce takes for a part of the header (§5.2).</summary>
internal sealed class SheetContent : ReplayableContent
{
    private const int Buffer = 16 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly WriteSheet _sheet;
    private readonly long _length;

    private SheetContent(WriteSheet sheet, long length)
    {
        _sheet = sheet;
        _length = length;
        Headers.ContentType = new MediaTypeHeaderValue("text/csv");
    }

    /// <summary>
    /// The content with its length, for which the rows are written once into nothing: a body whose length is told gets through every gateway, one
    /// in pieces does not.
    /// </summary>
    public static async Task<SheetContent> OfAsync(WriteSheet sheet)
    {
        await using var counting = new CountingStream();
        await WriteAsync(sheet, counting);
        return new SheetContent(sheet, counting.Length);
    }

    /// <summary>The same for another request: a request takes its content with it when it ends.</summary>
    public SheetContent Again() => new(_sheet, _length);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => WriteAsync(_sheet, stream);

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    private static async Task WriteAsync(WriteSheet sheet, Stream stream)
    {
        await using var writer = new StreamWriter(stream, Utf8, Buffer, leaveOpen: true);
        await sheet.WriteAsync(writer);
    }
}
