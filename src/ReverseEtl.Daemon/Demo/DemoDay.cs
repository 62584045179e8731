using System.Text.Json.Nodes;
using ReverseEtl.Core.Planning;
using static ReverseEtl.Daemon.Demo.DemoCase;

namespace ReverseEtl.Daemon.Demo;

/// <summary>What happens on both sides while nobody looks: edits that meet each other before the daemon sees any of them.</summary>
internal sealed class DemoDay(DemoStage stage, TimeProvider time)
{
    /// <summary>Two edits of one field must be further apart than the clocks may be, or they have no order.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(4);

    private readonly CrmUser _salesforce = stage.Salesforce;
    private readonly CrmUser _hubspot = stage.HubSpot;
    private ILookup<string, JsonNode> _accounts = null!;
    private ILookup<string, JsonNode> _contacts = null!;
    private ILookup<string, JsonNode> _people = null!;

    public string Account(int n) => CrmUser.IdOf(_accounts[DemoData.AccountId(n)].Single());

    public string Contact(int n) => CrmUser.IdOf(_contacts[DemoData.ContactId(n)].Single());

    public string Person(int n) => CrmUser.IdOf(_people[DemoData.PersonId(n)].Single());

    /// <summary>Plays the night, and tells what must come of it.</summary>
    public async Task<IReadOnlyList<DemoCase>> PlayAsync(CancellationToken cancellationToken)
    {
        _accounts = DemoStage.ByKey(_salesforce, "Account", "Warehouse_Id__c");
        _contacts = DemoStage.ByKey(_salesforce, "Contact", "Warehouse_Id__c");
        _people = DemoStage.ByKey(_hubspot, "contacts", "warehouse_id");
        List<DemoCase> cases = [.. await ConflictsAsync(cancellationToken), .. await EditsAsync(), .. await RecordsAsync()];
        return cases;
    }

    private async Task<IReadOnlyList<DemoCase>> ConflictsAsync(CancellationToken cancellationToken)
    {
        _salesforce.Edit("Account", Account(20), new JsonObject { ["Phone"] = "+47 99 crm first" });
        await stage.SqlAsync("update analytics.accounts set phone = '+47 11 warehouse first' where account_id = 'A-0021'", cancellationToken);
        await Task.Delay(Apart, time, cancellationToken);
        await stage.SqlAsync("update analytics.accounts set phone = '+47 11 warehouse last' where account_id = 'A-0020'", cancellationToken);
        _salesforce.Edit("Account", Account(21), new JsonObject { ["Phone"] = "+47 99 crm last" });

        await stage.SqlAsync("""
            update analytics.accounts set employees = 111 where account_id = 'A-0022';
            update analytics.accounts set annual_revenue = 5000000 where account_id = 'A-0023';
            update analytics.accounts set tags = '{emea,vip}' where account_id = 'A-0024';
            update analytics.accounts set description = description || ' Renewed by finance.' where account_id = 'A-0025';
            update analytics.accounts set rating = 'Hot' where account_id = 'A-0030';
            update analytics.contacts set phone = null where contact_id = 'C-1000';
            update analytics.people set company = 'Computed Ltd' where person_id = 'P-1000';
            update analytics.people set trial_ends = '2027-03-01' where person_id = 'P-1001';
            """, cancellationToken);
        _salesforce.Edit("Account", Account(22), new JsonObject { ["NumberOfEmployees"] = 222 });
        _salesforce.Edit("Account", Account(23), new JsonObject { ["AnnualRevenue"] = 7000000 });
        _salesforce.Edit("Account", Account(24), new JsonObject { ["Tags__c"] = "customer;emea;renewal" });
        _salesforce.Edit("Account", Account(25), new JsonObject { ["Description"] = $"{await stage.ValueAsync("select replace(description, ' Renewed by finance.', '') from analytics.accounts where account_id = 'A-0025'", cancellationToken)} Met at the fair." });
        _salesforce.Edit("Account", Account(30), new JsonObject { ["Rating"] = "Cold" });
        _salesforce.Edit("Contact", Contact(1000), new JsonObject { ["Phone"] = "+44 7700 1" });
        _hubspot.Edit("contacts", Person(1000), new JsonObject { ["company"] = "Typed Ltd" });
        _hubspot.Edit("contacts", Person(1001), new JsonObject { ["trial_ends"] = "2027-02-01" });

        return
        [
            new("Both edit a phone, the warehouse last", "on_conflict: newest_wins", () => Both("A-0020", "phone", Account(20), "Phone", "+47 11 warehouse last")),
            new("Both edit a phone, sales last", "on_conflict: newest_wins", () => Both("A-0021", "phone", Account(21), "Phone", "+47 99 crm last")),
            new("Both edit the head count", "on_conflict: crm_wins", () => Both("A-0022", "employees", Account(22), "NumberOfEmployees", "222")),
            new("Both edit the revenue", "on_conflict: max", async () => Expect(
                ("warehouse", "7000000.00", await Row("A-0023", "annual_revenue")), ("CRM", "7000000", Whole(_salesforce.Value("Account", Account(23), "AnnualRevenue"))))),
            new("Both change the tags", "on_conflict: union", async () => Expect(
                ("warehouse", "emea;renewal;vip", await Row("A-0024", "array_to_string(array(select unnest(tags) order by 1), ';')")),
                ("CRM", "emea;renewal;vip", Sorted(_salesforce.Value("Account", Account(24), "Tags__c"))))),
            new("Both append to the notes", "on_conflict: append", async () =>
            {
                var expected = "Customer since 2000. Renewed by finance. Met at the fair.";
                return Expect(("warehouse", expected, await Row("A-0025", "description")), ("CRM", expected, _salesforce.Value("Account", Account(25), "Description")));
            }),
            new("The warehouse blanks a phone that sales edits", "on_conflict: prefer_nonblank", async () => Expect(
                ("warehouse", "+44 7700 1", await stage.ValueAsync("select phone from analytics.contacts where contact_id = 'C-1000'")))),
            new("Both edit the company", "on_conflict: warehouse_wins", () => Task.FromResult(Expect(
                ("CRM", "Computed Ltd", _hubspot.Value("contacts", Person(1000), "company"))))),
            new("Both move the end of a trial", "on_conflict: min", async () => Expect(
                ("warehouse", "2027-02-01", await stage.ValueAsync("select trial_ends::text from analytics.people where person_id = 'P-1001'")))),
            new("Both edit the rating", "on_conflict: review", async () => Expect(
                ("open question", "Rating", (await Questions("accounts", ConflictKind.Field)).SingleOrDefault(c => c.Key == "A-0030")?.Field),
                ("warehouse", "Hot", await Row("A-0030", "rating")), ("CRM", "Cold", _salesforce.Value("Account", Account(30), "Rating")))),
        ];
    }

    private async Task<IReadOnlyList<DemoCase>> EditsAsync()
    {
        await stage.SqlAsync("""
            update analytics.accounts set health_score = 50 + substr(account_id, 3)::int % 50 where account_id between 'A-1000' and 'A-1199';
            update analytics.accounts set health_score = 77.777 where account_id = 'A-0070';
            update analytics.accounts set csm_email = 'somebody@else.example' where account_id = 'A-0042';
            update analytics.contacts set title = 'Pirate' where contact_id = 'C-1002';
            """);
        _salesforce.Refuse("Contact", "Title", "Pirate", "No pirates among our contacts, please.");
        _salesforce.Edit("Account", Account(10), new JsonObject { ["Phone"] = "+47 40 00 00 10" });
        _salesforce.Edit("Account", Account(40), new JsonObject { ["Health_Score__c"] = 1 });
        _salesforce.Edit("Account", Account(41), new JsonObject { ["Segment__c"] = "Mid-Market" });
        _salesforce.Edit("Contact", Contact(1001), new JsonObject { ["FirstName"] = "Nickname" });
        _hubspot.Edit("contacts", Person(50), new JsonObject { ["newsletter"] = "true" });
        var score = await Row("A-0040", "health_score");
        return
        [
            new("200 health scores are computed anew", "owner: warehouse", () =>
            {
                var late = Enumerable.Range(1000, 200).Count(n => Whole(_salesforce.Value("Account", Account(n), "Health_Score__c")) != (50 + (n % 50)).ToString());
                return Task.FromResult(late == 0 ? null : $"{late} scores are not in the CRM");
            }),
            new("Sales corrects a phone", "shared: changed in the CRM", () => Both("A-0010", "phone", Account(10), "Phone", "+47 40 00 00 10")),
            new("Somebody edits a score in the CRM", "on_drift: revert", async () => Expect(
                ("CRM", Core(score), Core(_salesforce.Value("Account", Account(40), "Health_Score__c"))),
                ("recorded loss", "1", (await History("accounts", "A-0040"))!.Losses.Count(l => l.Loss.Field == "Health_Score__c").ToString()))),
            new("Somebody edits a segment in the CRM", "on_drift: flag", async () => Expect(
                ("flag", "Segment__c", (await Questions("accounts", ConflictKind.Drift)).SingleOrDefault(c => c.Key == "A-0041")?.Field),
                ("CRM", "Mid-Market", _salesforce.Value("Account", Account(41), "Segment__c")))),
            new("Somebody edits a first name in the CRM", "on_drift: adopt", async () => Expect(
                ("CRM", "Nickname", _salesforce.Value("Contact", Contact(1001), "FirstName")),
                ("agreed in the base", "adopt", (await History("contacts", "C-1001"))!.Changes.FirstOrDefault(c => c.Change.Rules.Contains("on_drift: adopt")).Change?.Action))),
            new("A job writes over the account owner in the warehouse", "owner: crm", async () => Expect(("warehouse", await Row("A-0043", "csm_email"), await Row("A-0042", "csm_email")))),
            new("A person subscribes in HubSpot", "owner: crm", async () => Expect(
                ("warehouse", "True", await stage.ValueAsync("select newsletter from analytics.people where person_id = 'P-0050'")))),
            new("A score has more digits than the CRM keeps", "the CRM's spelling of our value", () => Task.FromResult(Expect(
                ("CRM", "77.77", Core(_salesforce.Value("Account", Account(70), "Health_Score__c")))))),
            new("The CRM refuses a row", "reject: validation", async () => Expect(
                ("reject", "C-1002", (await stage.Scope.Connections.State.Reports.RejectsAsync("contacts", CancellationToken.None)).Select(r => r.Reject.Key).SingleOrDefault()),
                ("CRM", "Head of Finance", _salesforce.Value("Contact", Contact(1002), "Title")))),
        ];
    }

    private async Task<IReadOnlyList<DemoCase>> RecordsAsync()
    {
        _salesforce.Delete("Contact", Contact(3000));
        _salesforce.Delete("Contact", Contact(3001));
        await stage.SqlAsync("delete from analytics.people where person_id between 'P-4900' and 'P-4909'");
        var gone = Enumerable.Range(4900, 10).Select(Person).ToList();

        // The duplicate that sales found and merged the account into; nobody has linked it.
        var twin = _salesforce.Create("Account", new JsonObject { ["Name"] = "Company 0050 (the real one)" });
        _salesforce.Merge("Account", twin, Account(50));
        await stage.SqlAsync("update analytics.accounts set health_score = 12.5 where account_id = 'A-0050'");
        _salesforce.Merge("Account", Account(60), Account(61));
        var stranger = _hubspot.Create("contacts", new JsonObject { ["email"] = "second-address@example.org" });
        var merged = _hubspot.Merge("contacts", Person(100), stranger);
        return
        [
            new("A contact is deleted in the CRM", "gone_from_crm: keep", async () => Expect(
                ("row", "1", await stage.ValueAsync("select count(*) from analytics.contacts where contact_id = 'C-3000'")),
                ("state", "GoneFromCrm", (await History("contacts", "C-3000"))?.Pair?.State.ToString()))),
            new("10 people leave the warehouse", "gone_from_warehouse: archive", () =>
            {
                var live = _hubspot.All("contacts").Where(r => !_hubspot.IsGone(r)).Select(CrmUser.IdOf).Count(gone.Contains);
                return Task.FromResult(live == 0 ? null : $"{live} of them are still live in HubSpot");
            }),
            new("An account is merged into another one", "the pair follows the merge", async () => Expect(
                ("key on the survivor", "A-0050", _salesforce.Value("Account", twin, "Warehouse_Id__c")),
                ("score on the survivor", "12.5", Core(_salesforce.Value("Account", twin, "Health_Score__c"))),
                ("linked to", twin, (await History("accounts", "A-0050"))?.Pair?.CrmId))),
            new("Two linked accounts are merged", "two rows, one record: frozen", async () => Expect(
                ("questions", "A-0060;A-0061", string.Join(';', (await Questions("accounts", ConflictKind.Duplicate)).Select(c => c.Key).Order(StringComparer.Ordinal))))),
            new("HubSpot merges into a record with a new id", "the pair follows the merge", async () => Expect(
                ("linked to", merged, (await History("people", "P-0100"))?.Pair?.CrmId))),
        ];
    }

    public Task<Engine.Ports.RecordHistory?> History(string mapping, string key) =>
        stage.Scope.Connections.State.Reports.ExplainAsync(mapping, key, CancellationToken.None);

    public async Task<IReadOnlyList<Engine.State.Conflict>> Questions(string mapping, ConflictKind kind) =>
        [.. (await stage.Scope.Connections.State.Reports.ConflictsAsync(mapping, CancellationToken.None)).Select(c => c.Conflict).Where(c => c.Kind == kind)];

    public Task<string?> Row(string key, string column) => stage.ValueAsync($"select {column} from analytics.accounts where account_id = '{key}'");

    public async Task<string?> Both(string key, string column, string id, string field, string expected) => Expect(
        ("warehouse", expected, await Row(key, column)), ("CRM", expected, Whole(_salesforce.Value("Account", id, field))));

    private static string? Whole(string? number) => number?.EndsWith(".0", StringComparison.Ordinal) == true ? number[..^2] : number;

    // Numbers compare by value, cut at the two digits that the CRM keeps.
    private static string? Core(string? number) => number is null ? null
        : new ReverseEtl.Core.Values.FieldType(ReverseEtl.Core.Values.FieldKind.Decimal) { Scale = 2 }.Canon(ReverseEtl.Core.Values.FieldValue.Of(number)).Text;

    private static string? Sorted(string? list) => list is null ? null : string.Join(';', list.Split(';').Order(StringComparer.Ordinal));
}
