using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Http;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Soql;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>query, queryAll and their pages (reference §6.2).</summary>
internal sealed class QueryResource(RestEngine engine)
{
    /// <summary>The object through which what a polymorphic reference points at is seen.</summary>
    private const string PolymorphicName = "Name";
    private const int LeastBatch = 200;
    private const int MostBatch = 2000;
    private readonly QueryCursors _cursors = new();

    public SandboxResponse Query(RestCall call, bool all)
    {
        if (!call.IsRead)
        {
            return call.NotAllowed("GET,HEAD");
        }

        var text = call.Http.Query("q");
        if (string.IsNullOrWhiteSpace(text))
        {
            throw SoqlError.Plain("MALFORMED_QUERY", "SOQL query string is required in the parameter q");
        }

        var result = engine.Queries.Run(text, all);
        if (result.Aggregates is { } aggregates)
        {
            return JsonText.Answer(200, json => Write(json, aggregates));
        }

        var size = PageSize(call);
        var cursor = !result.IsCount && result.Rows.Count > size ? _cursors.Open(result, all, engine.Org.Instant) : null;
        return Page(call, result, all, cursor, 0, size);
    }

    /// <summary>A later page; the link says <c>/query/</c> for queryAll too.</summary>
    public SandboxResponse Next(RestCall call, string locator)
    {
        if (!call.IsRead)
        {
            return call.NotAllowed("GET,HEAD");
        }

        var dash = locator.LastIndexOf('-');
        if (dash < 0
            || !int.TryParse(locator.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || !SalesforceId.TryNormalize(locator[..dash], out var id)
            || _cursors.Find(id, engine.Org.Instant) is not { } cursor
            || offset > cursor.Result.Rows.Count)
        {
            throw SoqlError.Plain("INVALID_QUERY_LOCATOR", "invalid query locator");
        }

        return Page(call, cursor.Result, cursor.All, id, offset, PageSize(call));
    }

    private int PageSize(RestCall call)
    {
        var wanted = MostBatch;
        foreach (var option in (call.Http.Header("Sforce-Query-Options") ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))
        {
            if (option.StartsWith("batchSize=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(option.AsSpan("batchSize=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                wanted = Math.Clamp(size, LeastBatch, MostBatch);
            }
        }

        return Math.Max(1, Math.Min(wanted, engine.Org.Switches.MaxPageSize));
    }

    private SandboxResponse Page(RestCall call, QueryResult result, bool all, string? cursor, int offset, int size) => JsonText.Answer(200, json =>
    {
        var end = result.IsCount ? 0 : Math.Min(result.Rows.Count, offset + size);
        var done = result.IsCount || end == result.Rows.Count;
        json.WriteStartObject();
        json.WriteNumber("totalSize", result.Rows.Count);
        json.WriteBoolean("done", done);
        if (!done)
        {
            json.WriteString("nextRecordsUrl", $"/services/data/{call.Version}/query/{cursor}-{end}");
        }

        json.WriteStartArray("records");
        var now = engine.Org.Instant;
        for (var i = offset; i < end; i++)
        {
            var (record, version) = result.Rows[i];
            if ((offset == 0 ? version : Later(record, version, all, now)) is { } seen)
            {
                json.WriteStartObject();
                Members(json, call, record, seen, result.Select, record.Type.Name);
                foreach (var child in result.Children)
                {
                    json.WritePropertyName(child.Name);
                    Children(json, call, child, engine.Queries.Children(child, record, all));
                }

                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Aggregate results come in one page.</summary>
    private void Write(Utf8JsonWriter json, AggregateResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("totalSize", result.Rows.Count);
        json.WriteBoolean("done", true);
        json.WriteStartArray("records");
        foreach (var row in result.Rows)
        {
            json.WriteStartObject();
            json.WriteStartObject("attributes");
            json.WriteString("type", "AggregateResult");
            json.WriteEndObject();
            foreach (var (column, value) in result.Columns.Zip(row))
            {
                json.WritePropertyName(column.Name);
                JsonText.Value(json, value, column.IsWhole, engine.Org.Switches.NumbersWithExponent);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What a later page shows of a row; null when the row has gone since.</summary>
    private RowVersion? Later(SfRecord record, RowVersion version, bool all, DateTimeOffset now)
    {
        if (!engine.Org.Switches.LiveCursorPages)
        {
            return version;
        }

        var seen = engine.Org.Table(record.Type).Find(record.Id) == record ? record.Visible(now) : null;
        return seen is not null && (all || !seen.IsDeleted(record.Type)) ? seen : null;
    }

    /// <summary>All children in one page; null when there are none.</summary>
    private void Children(Utf8JsonWriter json, RestCall call, ChildQuery child, List<(SfRecord Record, RowVersion Version)> rows)
    {
        if (rows.Count == 0)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("totalSize", rows.Count);
        json.WriteBoolean("done", true);
        json.WriteStartArray("records");
        foreach (var (record, version) in rows)
        {
            Row(json, call, record, version, child.Inner.Select, record.Type.Name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Row(Utf8JsonWriter json, RestCall call, SfRecord record, RowVersion version, SelectNode select, string typeName)
    {
        json.WriteStartObject();
        Members(json, call, record, version, select, typeName);
        json.WriteEndObject();
    }

    private void Members(Utf8JsonWriter json, RestCall call, SfRecord record, RowVersion version, SelectNode select, string typeName)
    {
        RecordJson.Attributes(json, record, call.Version, typeName);
        foreach (var member in select.Members)
        {
            if (!member.IsParent)
            {
                json.WritePropertyName(member.Field!.Name);
                Field(json, record, version, typeName == PolymorphicName ? record.Type.Field(member.Field.Name) : member.Field);
                continue;
            }

            json.WritePropertyName(member.Field!.RelationshipName!);
            Parent(json, call, version, member);
        }
    }

    /// <summary>Of a polymorphic reference's fields not every object behind it has all.</summary>
    private void Field(Utf8JsonWriter json, SfRecord record, RowVersion version, FieldDefinition? field)
    {
        if (field is null)
        {
            json.WriteNullValue();
        }
        else
        {
            engine.Json.Field(json, record, version, field);
        }
    }

    private void Parent(Utf8JsonWriter json, RestCall call, RowVersion version, SelectNode node)
    {
        if (engine.Reader.Parent(version, node.Field!) is { } parent)
        {
            Row(json, call, parent.Record, parent.Version, node, node.Field!.Polymorphic ? PolymorphicName : parent.Record.Type.Name);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
