using System.Text;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Answers with a CSV body; every value is quoted (reference §5.1, §5.5).</summary>
internal static class CsvAnswer
{
    public static SandboxResponse Of(Action<StreamWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var csv = new StreamWriter(bytes, new UTF8Encoding(false), leaveOpen: true))
        {
            write(csv);
        }

        return new SandboxResponse(
            200, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "text/csv" }, bytes.ToArray());
    }

    public static void Cell(this StreamWriter csv, string text)
    {
        csv.Write('"');
        csv.Write(text.Contains('"') ? text.Replace("\"", "\"\"") : text);
        csv.Write('"');
    }
}
