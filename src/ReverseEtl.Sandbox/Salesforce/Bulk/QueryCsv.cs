using System.Globalization;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Soql;

namespace ReverseEtl.Sandbox.Salesforce.Bulk;

/// <summary>Writes query results: everything quoted, null as an empty cell, times ending in Z (reference §5.5).</summary>
internal sealed class QueryCsv(RestEngine engine)
{
    public SandboxResponse Page(QueryJob job, int from, int to) => CsvAnswer.Of(csv =>
    {
        var (columns, dialect) = (job.Spec.Select, job.Spec.Dialect);
        Row(csv, dialect, columns.Select(Name));
        for (var row = from; row < to; row++)
        {
            var (record, version) = job.Rows![row];
            Row(csv, dialect, columns.Select(c => Text(c, record, version)));
        }
    });

    private static void Row(StreamWriter csv, CsvDialect dialect, IEnumerable<string> cells)
    {
        var first = true;
        foreach (var cell in cells)
        {
            if (!first)
            {
                csv.Write(dialect.Delimiter);
            }

            csv.Cell(cell);
            first = false;
        }

        csv.Write(dialect.NewLine);
    }

    private static string Name(FieldPath path) => string.Join('.', path.References.Select(r => r.RelationshipName).Append(path.Field.Name));

    private string Text(FieldPath path, SfRecord record, RowVersion version) => Text(path.Field, path.Read(engine.Reader, record, version));

    private string Text(FieldDefinition field, object? value) => engine.Json.Shown(field, value) switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        decimal number when field.Kind == FieldKind.Integer => decimal.ToInt64(number).ToString(CultureInfo.InvariantCulture),
        decimal number => JsonText.Double(number, engine.Org.Switches.NumbersWithExponent),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.000Z", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        var text => (string)text,
    };
}
