using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Accounts that are persons: named by their parts, and each with a contact of its own that follows it.</summary>
internal sealed class PersonAccounts(Org org, StampedEdits edits)
{
    private const string Prefix = "Person";
    private static readonly string[] NameParts = ["Salutation", "FirstName", "LastName"];

    /// <summary>Decides what the account is by its record type, and refuses fields of the other kind.</summary>
    public void Fill(RowInput input, object?[] values, bool isNew)
    {
        var type = input.Type;
        if (type.Field("IsPersonAccount") is not { } flag)
        {
            return;
        }

        var isPerson = type.Envelope.RecordTypes.Any(r => r.IsPerson && r.Id == values[type["RecordTypeId"].Ordinal] as string);
        RefuseForeign(input, isPerson);
        var required = type[isPerson ? "LastName" : "Name"];
        if (values[required.Ordinal] is null)
        {
            throw new SalesforceException("REQUIRED_FIELD_MISSING", $"Required fields are missing: [{required.Name}]", required.Name);
        }

        values[flag.Ordinal] = isPerson;
        if (isPerson)
        {
            values[type["Name"].Ordinal] = string.Join(
                ' ', new[] { values[type["FirstName"].Ordinal], values[type["LastName"].Ordinal] }.Where(p => p is not null));
            values[type["PersonContactId"].Ordinal] ??= isNew ? org.NextId(org.Schema.Get("Contact")) : null;
        }
    }

    /// <summary>Makes the person's contact, or brings it up to date.</summary>
    public void Follow(SfRecord account, WriteCall call)
    {
        if (account.Type.Field("PersonContactId") is not { } link || account.Latest[link] is not string contactId)
        {
            return;
        }

        var contact = org.Schema.Get("Contact");
        if (org.Find(contactId) is { } known)
        {
            edits.Change(known, call, userEdit: true, values => Copy(account, contact, values));
            return;
        }

        var made = contact.Defaults();
        Copy(account, contact, made);
        made[contact["AccountId"].Ordinal] = account.Id;
        made[contact.OwnerId!.Ordinal] = account.Latest[account.Type.OwnerId!];
        foreach (var stamp in new[] { contact.CreatedDate, contact.LastModifiedDate, contact.SystemModstamp })
        {
            made[stamp.Ordinal] = org.Now;
        }

        made[contact.CreatedById.Ordinal] = call.UserId;
        made[contact.LastModifiedById.Ordinal] = call.UserId;
        org.Add(contact, contactId, made, call.CommitDelay);
    }

    private static void RefuseForeign(RowInput input, bool isPerson)
    {
        var foreign = input.Values
            .Where(v => v.Value is not null && (isPerson ? v.Field.Name == "Name" : IsPersonField(v.Field)))
            .Select(v => v.Field.Name).ToArray();
        if (foreign.Length > 0)
        {
            throw new SalesforceException(
                "INVALID_FIELD_FOR_INSERT_UPDATE", $"Account: bad field names on insert/update call: {string.Join(", ", foreign)}", foreign);
        }
    }

    private static bool IsPersonField(FieldDefinition field) =>
        NameParts.Contains(field.Name) || (field.Name.StartsWith(Prefix, StringComparison.Ordinal) && field.Kind != FieldKind.Boolean);

    private static void Copy(SfRecord account, ObjectType contact, object?[] values)
    {
        foreach (var field in account.Type.Fields)
        {
            var name = NameParts.Contains(field.Name) ? field.Name
                : field.Name.StartsWith(Prefix, StringComparison.Ordinal) && field.Createable ? field.Name[Prefix.Length..]
                : null;
            if (name is not null && contact.Field(name) is { Createable: true } same && same.Kind == field.Kind)
            {
                values[same.Ordinal] = account.Latest[field];
            }
        }
    }
}
