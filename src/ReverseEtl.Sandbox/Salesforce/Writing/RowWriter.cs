using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Creates and edits records with the platform's order of checks: values, required fields, triggers, rules, keys.</summary>
internal sealed class RowWriter(Org org, StampedEdits edits, RowReader reader)
{
    private readonly Normalizer _normalizer = new(org);
    private readonly ReferenceResolver _references = new(org);
    private readonly DerivedFields _derived = new(org);
    private readonly PersonAccounts _persons = new(org, edits);
    private readonly FieldHistory _history = new(org, reader);
    private readonly DuplicateCheck _duplicates = new(org);

    public SfRecord Insert(RowInput input, WriteCall call)
    {
        var type = input.Type;
        var values = type.Defaults();
        Apply(input, values, isNew: true, call);
        SetRecordType(input, values);
        _persons.Fill(input, values, isNew: true);
        RequireFilled(values, type.Fields.Where(f => f.RequiredOnCreate));
        Stamp(type, values, call, isNew: true);
        var id = org.NextId(type);
        Finish(type, id, null, values, call);
        var record = org.Add(type, id, values, call.CommitDelay);
        call.Fresh.Add(record);
        _persons.Follow(record, call);
        _history.Write(type, id, null, values, call);
        return record;
    }

    public void Update(SfRecord record, RowInput input, WriteCall call)
    {
        RequireWritable(record);
        var type = input.Type;
        if (LeadConversion.IsConverted(record) && !org.Switches.ConvertedLeadsWritable)
        {
            throw LeadConversion.Converted();
        }

        var before = record.Latest.Values;
        var values = type.Values(record.Latest);
        Apply(input, values, isNew: false, call);
        _persons.Fill(input, values, isNew: false);
        RequireFilled(values, input.Values.Select(v => v.Field).Where(f => !f.Nillable && f.Kind != FieldKind.Boolean));
        Stamp(type, values, call, isNew: false);
        Finish(type, record.Id, before, values, call);
        org.Replace(record, values, call.CommitDelay);
        _persons.Follow(record, call);
        _history.Write(type, record.Id, before, values, call);
    }

    /// <summary>A record in the bin, or inside somebody's open transaction, takes no write.</summary>
    public void RequireWritable(SfRecord record)
    {
        if (record.Latest.CommittedAt > org.Instant)
        {
            throw RowLocks.Failure([record.Id]);
        }

        if (record.IsDeleted)
        {
            throw ReferenceResolver.EntityIsDeleted();
        }
    }

    /// <summary>New records get the user's default record type; a last name makes an account a person.</summary>
    private static void SetRecordType(RowInput input, object?[] values)
    {
        if (input.Type.Field("RecordTypeId") is not { } field || values[field.Ordinal] is not null)
        {
            return;
        }

        var isPerson = input.Type.Field("IsPersonAccount") is not null
            && input.Values.Any(v => v is { Field.Name: "LastName", Value: not null });
        values[field.Ordinal] = input.Type.Envelope.RecordTypes
            .FirstOrDefault(r => isPerson ? r.IsPerson : r is { IsDefault: true, IsMaster: false })?.Id;
    }

    private void Apply(RowInput input, object?[] values, bool isNew, WriteCall call)
    {
        var refused = input.Values.Select(v => v.Field).Concat(input.Parents.Select(p => p.Field))
            .Where(f => isNew ? !f.Createable : !f.Updateable).Select(f => f.Name).ToList();
        if (refused.Count > 0)
        {
            throw new SalesforceException(
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                $"Unable to create/update fields: {string.Join(", ", refused)}. Please check the security settings of this field and " +
                "verify that it is read/write for your profile or permission set.",
                [.. refused]);
        }

        foreach (var (field, value) in input.Values)
        {
            var stored = _normalizer.Normalize(field, value);
            values[field.Ordinal] = stored is string id && field.Kind == FieldKind.Reference ? _references.ById(input.Type, field, id) : stored;
        }

        foreach (var parent in input.Parents)
        {
            if (input.Values.Any(v => v.Field == parent.Field))
            {
                throw new SalesforceException(
                    "INVALID_FIELD",
                    $"Cannot specify both an external ID reference {parent.Field.RelationshipName} and a salesforce id, {parent.Field.Name}");
            }

            values[parent.Field.Ordinal] = _references.ByKey(parent, call);
        }
    }

    private static void RequireFilled(object?[] values, IEnumerable<FieldDefinition> required)
    {
        var missing = required.Where(f => values[f.Ordinal] is null).Select(f => f.Name).Distinct().ToArray();
        if (missing.Length > 0)
        {
            throw new SalesforceException("REQUIRED_FIELD_MISSING", $"Required fields are missing: [{string.Join(", ", missing)}]", missing);
        }
    }

    private void Stamp(ObjectType type, object?[] values, WriteCall call, bool isNew)
    {
        object now = org.Now;
        if (isNew)
        {
            values[type.CreatedDate.Ordinal] = now;
            values[type.CreatedById.Ordinal] = call.UserId;
        }

        if (type.OwnerId is { } owner)
        {
            values[owner.Ordinal] ??= call.UserId;
            if (call.AutoAssign && AssignmentRule(type) is { } assigned)
            {
                values[owner.Ordinal] = assigned;
            }
        }

        values[type.LastModifiedDate.Ordinal] = now;
        values[type.LastModifiedById.Ordinal] = call.UserId;
        values[type.SystemModstamp.Ordinal] = now;
    }

    private string? AssignmentRule(ObjectType type) => type.Name switch
    {
        "Lead" => org.Switches.LeadAssignmentOwnerId,
        "Case" => org.Switches.CaseAssignmentOwnerId,
        "Account" => org.Switches.AccountAssignmentOwnerId,
        _ => null,
    };

    private void Finish(ObjectType type, string id, object?[]? before, object?[] values, WriteCall call)
    {
        if (org.Hooks.Any(type.Name))
        {
            var save = new SaveContext(type, id, before, values, call.UserId, _normalizer.Normalize);
            org.Hooks.RunTriggers(save);
            org.Hooks.CheckRules(save);
        }

        _derived.Fill(type, before, values);
        CheckUnique(type, id, values);
        _duplicates.Run(type, id, before, values, call);
    }

    private void CheckUnique(ObjectType type, string id, object?[] values)
    {
        foreach (var field in type.Fields)
        {
            if (!field.Unique || values[field.Ordinal] is not string value)
            {
                continue;
            }

            if (org.Table(type).Index(field)!.Find(value).FirstOrDefault(r => r.Id != id) is { } other)
            {
                throw other.Latest.CommittedAt > org.Instant
                    ? RowLocks.Failure([other.Id])
                    : Duplicate(field, other, org.Switches);
            }
        }
    }

    /// <summary>The message names the other record by 15 characters, or by 18 (reference §15.6).</summary>
    internal static SalesforceException Duplicate(FieldDefinition field, SfRecord other, SalesforceSwitches switches)
    {
        var id = switches.FullIdsInDuplicateMessages ? other.Id : other.Id[..15];
        return new SalesforceException("DUPLICATE_VALUE", $"duplicate value found: {field.Name} duplicates value on record with id: {id}");
    }
}
