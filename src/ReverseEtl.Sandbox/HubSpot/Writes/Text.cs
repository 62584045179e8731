using System.Text.Encodings.Web;
using System.Text.Json;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>How JSON inside of messages is written: quotes as quotes, the way HubSpot does it.</summary>
internal static class Text
{
    public static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
