using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Soql;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>What the REST resources share: the org and the services over it.</summary>
internal sealed class RestEngine
{
    public RestEngine(Org org)
    {
        Org = org;
        Reader = new RowReader(org);
        Json = new RecordJson(org, Reader);
        Parser = new RowParser(org);
        var edits = new StampedEdits(org);
        Writer = new RowWriter(org, edits, Reader);
        Remover = new RowRemover(org, Writer, edits);
        Leads = new LeadConversion(org, Parser, Writer, edits, Reader);
        Writes = new RecordWrites(org, Writer, Remover, edits);
        Queries = new QueryRunner(org, Reader);
    }

    public Org Org { get; }

    public RowReader Reader { get; }

    public RecordJson Json { get; }

    public RowParser Parser { get; }

    public RowWriter Writer { get; }

    public RowRemover Remover { get; }

    public LeadConversion Leads { get; }

    public RecordWrites Writes { get; }

    public QueryRunner Queries { get; }

    /// <summary>The object of this name, or 404.</summary>
    public ObjectType Type(string name) => Org.Schema.Find(name) ?? throw SalesforceException.NotFound();

    public static WriteCall WriteCall(RestCall call) => new(call.UserId, IsApi: true)
    {
        AutoAssign = !"FALSE".Equals(call.Http.Header("Sforce-Auto-Assign"), StringComparison.OrdinalIgnoreCase),
        AllowDuplicates = (call.Http.Header("Sforce-Duplicate-Rule-Header") ?? "")
            .Split([';', ','], StringSplitOptions.TrimEntries).Contains("allowSave=true", StringComparer.OrdinalIgnoreCase),
    };

    /// <summary>The fields the integration user sees.</summary>
    public IEnumerable<FieldDefinition> VisibleFields(ObjectType type) => type.Fields.Where(f => Org.Schema.Visible(type, f));

    /// <summary>The fields of a <c>fields=A,B</c> list, Id always among them; all when the list is null.</summary>
    public IReadOnlyList<FieldDefinition> Fields(ObjectType type, IEnumerable<string>? names)
    {
        if (names is null)
        {
            return [.. VisibleFields(type)];
        }

        var fields = names.Select(n => n.Trim()).Where(n => n.Length > 0)
            .Select(n => type.Field(n) is { } f && Org.Schema.Visible(type, f) ? f : throw RowParser.NoSuchColumn(type, n)).ToList();
        if (!fields.Contains(type.Id))
        {
            fields.Add(type.Id);
        }

        return fields;
    }

    /// <summary>Row locks held by others on these records; throws for the first attempt that meets one.</summary>
    public SalesforceException? Locked(IEnumerable<string> ids) => Org.Locks.Hit(ids) is { Count: > 0 } held ? RowLocks.Failure(held) : null;

    /// <summary>The records a write locks: the record itself and the parents it names by id.</summary>
    public static IEnumerable<string> LockIds(string? id, RowInput input)
    {
        if (id is not null)
        {
            yield return id;
        }

        foreach (var (field, value) in input.Values)
        {
            if (field.Kind == FieldKind.Reference && value is string text && SalesforceId.TryNormalize(text, out var parent))
            {
                yield return parent;
            }
        }
    }
}
