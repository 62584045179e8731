using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Salesforce.Model;
using ReverseEtl.Sandbox.Salesforce.Rest;
using ReverseEtl.Sandbox.Salesforce.Schema;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Admin;

/// <summary>What people do in the CRM's own pages: the same checks as the API, no field-level security, no write log.</summary>
internal sealed class CrmUsers(Org org, RestEngine engine)
{
    /// <summary>Gives the org its users; each is its own creator, as the first users of an org are.</summary>
    public void Hire()
    {
        org.Users.Integration = User("Integration", "User", org.Options.Username, "integration@example.org");
        org.Users.Human = User("Ingrid", "Sales", "ingrid.sales@sandbox.example.org", "ingrid.sales@example.org");
        org.Users.SecondHuman = User("Samir", "Support", "samir.support@sandbox.example.org", "samir.support@example.org");
    }

    public string Create(string type, JsonObject fields, string? userId)
    {
        var call = Call(userId);
        return Done(engine.Writes.Create(engine.Parser.Parse(org.Schema.Get(type), fields, call), call));
    }

    public void Edit(string type, string id, JsonObject fields, string? userId)
    {
        var call = Call(userId);
        Done(engine.Writes.Update(Find(type, id), engine.Parser.Parse(org.Schema.Get(type), fields, call), call));
    }

    public void Delete(string type, string id, string? userId) => Done(engine.Writes.Delete(Find(type, id), Call(userId)));

    public void Undelete(string type, string id, string? userId) => Atomically(() => engine.Remover.Undelete(Find(type, id), Call(userId)));

    public void Purge(string type, string id) => Atomically(() => engine.Remover.Purge(Find(type, id)));

    public void Touch(string type, string id) => Atomically(() => engine.Remover.Touch(Find(type, id), Call(null)));

    public string Merge(string type, string winner, IEnumerable<string> losers, string? userId)
    {
        var master = Find(type, winner);
        var others = losers.Select(l => Find(type, l)).ToList();
        Atomically(() => engine.Remover.Merge(master, others, Call(userId)));
        return master.Id;
    }

    public ConvertedLead ConvertLead(string id, string? accountId, string? contactId, bool withOpportunity, string? userId)
    {
        var lead = Find("Lead", id);
        ConvertedLead? made = null;
        Atomically(() => made = engine.Leads.Convert(
            lead,
            accountId is null ? null : Find("Account", accountId).Id,
            contactId is null ? null : Find("Contact", contactId).Id,
            withOpportunity,
            Call(userId)));
        return made!;
    }

    public IReadOnlyList<RecordView> Records(string type, bool includeDeleted) =>
        [.. org.Table(org.Schema.Get(type)).Rows.Where(r => includeDeleted || !r.IsDeleted).Select(View)];

    public RecordView? Record(string type, string id) =>
        SalesforceId.TryNormalize(id, out var full) && org.Table(org.Schema.Get(type)).Find(full) is { } record ? View(record) : null;

    public void Lock(IEnumerable<string> ids, int times)
    {
        foreach (var text in ids)
        {
            org.Locks.Hold(
                SalesforceId.TryNormalize(text, out var id) ? id : throw new ArgumentException($"{text} is no id.", nameof(ids)),
                times);
        }
    }

    private RecordView View(SfRecord record) => new(record, engine.Reader);

    private SfRecord Find(string type, string id) => Record(type, id)?.Record ?? throw SalesforceException.NotFound();

    /// <summary>People assign owners themselves: assignment rules do not run on their edits.</summary>
    private WriteCall Call(string? userId) => new(Acting(userId), IsApi: false)
    {
        AutoAssign = false,
        CommitDelay = TimeSpan.FromSeconds(org.Switches.CommitDelaySeconds),
    };

    private string Acting(string? userId)
    {
        if (userId is null)
        {
            return org.Users.Human;
        }

        var users = org.Table("User")!;
        return SalesforceId.TryNormalize(userId, out var id) && users.Find(id) is { } byId ? byId.Id
            : users.Index(users.Type["Username"])!.Find(userId) is [var byName] ? byName.Id
            : throw new ArgumentException($"No user {userId}.", nameof(userId));
    }

    private string User(string first, string last, string username, string email)
    {
        var type = org.Schema.Get("User");
        var call = new WriteCall("", IsApi: false);
        var fields = new JsonObject
        {
            ["FirstName"] = first,
            ["LastName"] = last,
            ["Username"] = username,
            ["Email"] = email,
            ["Alias"] = last.ToLowerInvariant(),
            ["IsActive"] = true,
        };
        var id = Done(engine.Writes.Create(engine.Parser.Parse(type, fields, call), call));
        var record = org.Table(type).Find(id)!;
        var values = (object?[])record.Latest.Values.Clone();
        values[type.CreatedById.Ordinal] = id;
        values[type.LastModifiedById.Ordinal] = id;
        org.Replace(record, values, TimeSpan.Zero);
        return id;
    }

    private void Atomically(Action change)
    {
        var mark = org.Undo.Mark;
        try
        {
            change();
        }
        catch (SalesforceException)
        {
            org.Undo.RollBack(mark);
            throw;
        }

        org.Undo.Clear();
    }

    private string Done(SaveOutcome outcome)
    {
        org.Undo.Clear();
        return outcome.Failure is { } failure ? throw failure : outcome.Id!;
    }
}
