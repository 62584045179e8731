using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce;

/// <summary>Bodies of successful answers.</summary>
internal static class Body
{
    /// <summary>The body of an answer that must have one; the pipeline has made sure that it is whole.</summary>
    /// <exception cref="PortException">There is none.</exception>
    public static async Task<ReadOnlyMemory<byte>> RequireAsync(HttpResponseMessage answer, string doing, CancellationToken cancellationToken)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return body.Length > 0 ? body : throw new PortException(PortTrouble.Unavailable, $"Salesforce: {doing}: the answer is empty.");
    }
}
