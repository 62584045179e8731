using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Writing;

/// <summary>Writes single records, each all or nothing, and logs those of the API.</summary>
internal sealed class RecordWrites(Org org, RowWriter writer, RowRemover remover, StampedEdits edits)
{
    public SaveOutcome Create(RowInput input, WriteCall call) => Run("create", input, call, null, () =>
    {
        RefuseUsers(input.Type, call);
        RefuseId(input);
        return (writer.Insert(input, call).Id, true);
    });

    public SaveOutcome Update(SfRecord record, RowInput input, WriteCall call) => Run("update", input, call, record.Id, () =>
    {
        RefuseUsers(input.Type, call);
        writer.Update(record, input, call);
        return (record.Id, false);
    });

    /// <param name="key">The external id field; null for the record id.</param>
    /// <param name="value">Its value.</param>
    /// <param name="input">The other fields.</param>
    /// <param name="call">Who writes.</param>
    public SaveOutcome Upsert(FieldDefinition key, string value, RowInput input, WriteCall call)
    {
        return Run("upsert", input, call, null, () =>
        {
            RefuseUsers(input.Type, call);
            var found = FindByKey(input.Type, key, value);
            if (found.Count > 1)
            {
                throw ReferenceResolver.MoreThanOne(input.Type, key, found);
            }

            // The key is written on create only; on update it is what the record was found by.
            var withKey = input with { Values = [.. input.Values.Where(v => v.Field != key), (key, value)] };
            if (found.Count == 0)
            {
                return (writer.Insert(withKey, call).Id, true);
            }

            writer.Update(found[0], key.Updateable ? withKey : input, call);
            return (found[0].Id, false);
        });
    }

    public SaveOutcome Delete(SfRecord record, WriteCall call)
    {
        return Run("delete", new RowInput(record.Type, () => [], [], [], null, false), call, record.Id, () =>
        {
            RefuseUsers(record.Type, call);
            remover.Delete(record, call);
            return (record.Id, false);
        });
    }

    /// <summary>A record that could not even be tried.</summary>
    public SaveOutcome Refuse(string operation, RowInput input, WriteCall call, SalesforceException failure) =>
        Run(operation, input, call, null, () => throw failure);

    /// <summary>The living records with this key; several only where the field is not unique.</summary>
    public IReadOnlyList<SfRecord> FindByKey(ObjectType type, FieldDefinition key, string value) =>
        org.Table(type).Index(key)?.Find(org.Switches.TrimText ? value.Trim() : value) ?? [];

    private SaveOutcome Run(string operation, RowInput input, WriteCall call, string? id, Func<(string Id, bool Created)> write)
    {
        var mark = org.Undo.Mark;
        SaveOutcome outcome;
        try
        {
            var (savedId, created) = write();
            outcome = new SaveOutcome(savedId, created, null);
            if (org.Switches.RollUpsMoveParentStamp)
            {
                TouchParents(input.Type, savedId, call);
            }
        }
        catch (SalesforceException failure)
        {
            org.Undo.RollBack(mark);
            outcome = new SaveOutcome(id, false, failure);
        }

        if (call.IsApi)
        {
            org.WriteLog.Add(new ApiWrite(
                org.Now, operation, input.Type.Name, outcome.Id, outcome.Success, call.UserId, outcome.Failure?.Error.Code)
            {
                Source = input.Source,
            });
        }

        return outcome;
    }

    private void TouchParents(ObjectType child, string id, WriteCall call)
    {
        foreach (var rollUp in org.Schema.Types.SelectMany(t => t.Fields).Select(f => f.RollUp).OfType<RollUp>().Where(r => r.Child == child.Name))
        {
            if (org.Find(id) is { } record && record.Latest[child[rollUp.Reference]] is string parent && org.Find(parent) is { } touched)
            {
                edits.Change(touched, call, userEdit: false, _ => { });
            }
        }
    }

    private static void RefuseId(RowInput input)
    {
        if (input.Id is not null)
        {
            throw IdInBody();
        }
    }

    public static SalesforceException IdInBody() =>
        new(400, new SalesforceError("INVALID_FIELD", "The Id field should not be specified in the sobject data."));

    /// <summary>Users are set-up data, which the integration user may not administer; history writes itself.</summary>
    private static void RefuseUsers(ObjectType type, WriteCall call)
    {
        if (call.IsApi && (type.Name == "User" || type.Envelope.IsHistory))
        {
            throw new SalesforceException("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
        }
    }
}
