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

    public SheetContent(WriteSheet sheet)
    {
        _sheet = sheet;
        Headers.ContentType = new MediaTypeHeaderValue("text/csv");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var writer = new StreamWriter(stream, Utf8, Buffer, leaveOpen: true);
        await _sheet.WriteAsync(writer);
    }

    // Not told ahead: that would take writing everything twice.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
