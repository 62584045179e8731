using ReverseEtl.Core.Planning;
using ReverseEtl.Daemon.Commands;
using ReverseEtl.Daemon.Hosting;
using ReverseEtl.Daemon.Terminal;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.State;
using static ReverseEtl.Daemon.Demo.DemoCase;

namespace ReverseEtl.Daemon.Demo;

/// <summary>The acts of the demo, in order, with everything said aloud.</summary>
internal sealed class DemoPlay(DemoStage stage, Ui ui, RetlParts parts)
{
    /// <summary>Longer than HubSpot's index lags plus a few rounds of the loops.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Mappings = ["accounts", "contacts", "people"];

    private readonly DemoDay _day = new(stage, parts.Time);
    private readonly List<(DemoCase Case, string? Trouble)> _results = [];

    /// <summary>Plays it all.</summary>
    /// <returns>Whether both sides ended as the rules say.</returns>
    public async Task<bool> RunAsync(bool keep, CancellationToken cancellationToken)
    {
        var started = parts.Time.GetTimestamp();
        Say("1  The sample company: 2,000 accounts, 4,000 contacts, 5,000 people; the CRMs know 1,401 of them already.");
        await new DemoData(stage.Warehouse, stage.Salesforce, stage.HubSpot).CreateAsync(cancellationToken);
        await stage.Scope.Connections.State.MigrateAsync(cancellationToken);
        Say("2  The first load.");
        await FirstLoadAsync(cancellationToken);
        Say("3  Night: people and jobs edit both sides while no daemon runs.");
        var night = await _day.PlayAsync(cancellationToken);
        Say("4  Day: the daemon starts, finds what happened, and people go on working.");
        await using (var daemon = Daemon(LogLevel.Error))
        {
            await daemon.StartAsync(cancellationToken);
            try
            {
                await SeeAsync(night, cancellationToken);
                await DayAsync(daemon.Services.GetRequiredService<MappingCatalog>(), cancellationToken);
            }
            finally
            {
                await daemon.StopAsync(CancellationToken.None);
            }
        }

        Say("5  Silence: one more cycle of everything must find nothing to do.");
        await SilenceAsync(cancellationToken);
        Say("6  Both sides are read again, past the engine, and compared record by record.");
        var good = await AuditAsync(cancellationToken);
        Report(good, parts.Time.GetElapsedTime(started));
        if (keep)
        {
            await KeepAsync(cancellationToken);
        }

        return good;
    }

    private async Task FirstLoadAsync(CancellationToken cancellationToken)
    {
        var reports = await CyclesAsync(new CycleRequest("first load") { FullWarehouse = true }, cancellationToken);
        ui.Draw(["Mapping", "Created", "Linked", "Pulled", "Held", "Rejected", "API calls", "ms"], reports.Select(r => new[]
        {
            r.Mapping, N(r.Result.Created), N(r.Result.Linked), N(r.Result.Pulled), N(r.Result.Held), N(r.Result.Rejected), N(r.Result.ApiCalls), N(r.Result.DurationMs),
        }));
        Note(new("First load: nobody twice", "match rules", () => Task.FromResult(Expect(
            // The namesake is one more; the two new contacts of the account that waits for a decision wait with it.
            ("accounts in Salesforce", N(DemoData.Accounts + 1), N(stage.Salesforce.All("Account").Count)),
            ("contacts in Salesforce", N(DemoData.Contacts - 2), N(stage.Salesforce.All("Contact").Count)),
            ("contacts in HubSpot", N(DemoData.People), N(stage.HubSpot.All("contacts").Count)),
            ("linked or created accounts", N(DemoData.Accounts - 1), N(reports[0].Result.Created + reports[0].Result.Linked))))));
        Note(new("One account fits two CRM records", "ambiguous_match: review", async () => Expect(
            ("question", DemoData.AccountId(DemoData.AmbiguousAccount), (await _day.Questions("accounts", ConflictKind.Match)).SingleOrDefault()?.Key))));
        await FlushAsync(cancellationToken);
    }

    private async Task DayAsync(MappingCatalog catalog, CancellationToken cancellationToken)
    {
        await DecisionsAsync(cancellationToken);
        await stage.SqlAsync("update analytics.contacts set title = 'Captain' where contact_id = 'C-1002'", cancellationToken);
        stage.Salesforce.Undelete("Contact", _day.Contact(3001));
        stage.Salesforce.Edit("Account", _day.Account(80), new() { ["Phone"] = "+47 80 80 80 80" });
        await SeeAsync(
        [
            new("The refused row is mended", "reject: retried after a change", async () => Expect(
                ("CRM", "Captain", stage.Salesforce.Value("Contact", _day.Contact(1002), "Title")),
                ("rejects", "0", N((await stage.Scope.Connections.State.Reports.RejectsAsync("contacts", cancellationToken)).Count)))),
            new("A deleted contact is restored in the CRM", "back in step, not created twice", async () => Expect(
                ("state", "Linked", (await _day.History("contacts", "C-3001"))?.Pair?.State.ToString()),
                ("linked to", _day.Contact(3001), (await _day.History("contacts", "C-3001"))?.Pair?.CrmId))),
            new("A phone is edited while the daemon runs", "shared: changed in the CRM", () => _day.Both("A-0080", "phone", _day.Account(80), "Phone", "+47 80 80 80 80")),
        ], cancellationToken);
        await EditMappingAsync(catalog, cancellationToken);
    }

    private async Task DecisionsAsync(CancellationToken cancellationToken)
    {
        await DecideAsync((await _day.Questions("accounts", ConflictKind.Field)).Single(c => c.Key == "A-0030"), ResolutionChoice.Crm, null, cancellationToken);
        await DecideAsync((await _day.Questions("accounts", ConflictKind.Duplicate)).Single(c => c.Key == "A-0060"), ResolutionChoice.Warehouse, null, cancellationToken);
        var ambiguous = (await _day.Questions("accounts", ConflictKind.Match)).Single();
        var candidates = ambiguous.Crm.Text!.Split(';');
        var right = candidates.Single(id => stage.Salesforce.Value("Account", id, "Name") != "A namesake");
        await DecideAsync(ambiguous, ResolutionChoice.Value, right, cancellationToken);
        await SeeAsync(
        [
            new("A person decides about the rating", "resolved: crm", () => _day.Both("A-0030", "rating", _day.Account(30), "Rating", "Cold")),
            new("A person decides who keeps the merged account", "resolved: warehouse", async () => Expect(
                ("A-0060", "Linked", (await _day.History("accounts", "A-0060"))?.Pair?.State.ToString()),
                ("A-0061", "GoneFromCrm", (await _day.History("accounts", "A-0061"))?.Pair?.State.ToString()))),
            new("A person links the ambiguous account", "resolved: value", async () => Expect(
                ("linked to", right, (await _day.History("accounts", DemoData.AccountId(DemoData.AmbiguousAccount)))?.Pair?.CrmId))),
        ], cancellationToken);
    }

    private async Task DecideAsync(Conflict conflict, ResolutionChoice choice, string? value, CancellationToken cancellationToken)
    {
        var refusal = await stage.Scope.Connections.State.Reports.ResolveAsync(
            conflict.Id, new Resolution(choice, value, "revops"), parts.Time.GetUtcNow(), cancellationToken);
        if (refusal is not null)
        {
            throw new InvalidOperationException($"The decision about conflict {conflict.Id} was refused: {refusal}");
        }
    }

    // First a mistake, which must not stop what runs; then the mended file, whose effect on every account is more than the guard lets pass
    // without a person.
    private async Task EditMappingAsync(MappingCatalog catalog, CancellationToken cancellationToken)
    {
        var file = Path.Combine(stage.Mappings, "accounts.yaml");
        var before = await File.ReadAllTextAsync(file, cancellationToken);
        const string Line = "  - { warehouse: support_tier,   crm: Site,              owner: warehouse }\n";
        await File.WriteAllTextAsync(file, before.Replace("\nschedule:", Line.Replace("crm: Site", "crm: Sight", StringComparison.Ordinal) + "\nschedule:", StringComparison.Ordinal), cancellationToken);
        await SeeAsync(
        [
            new("A mapping file is edited wrongly", "the last good version keeps running", () => Task.FromResult(
                catalog.Notes.Any(n => n is { Mapping: "accounts", Runs: true } && n.Problems.Any(p => p.Message.Contains("Sight", StringComparison.Ordinal)))
                    ? null : "the mistake is not told")),
        ], cancellationToken);
        await File.WriteAllTextAsync(file, before.Replace("\nschedule:", Line + "\nschedule:", StringComparison.Ordinal), cancellationToken);
        await SeeAsync(
        [
            new("A mended mapping adds a field to every account", "guard: max_changes 20%", async () =>
                (await stage.Scope.Connections.State.Reports.RunsAsync("accounts", 5, cancellationToken)).Any(r => r.Result?.Message?.StartsWith("max_changes", StringComparison.Ordinal) == true)
                    ? null : "the guard has not held it"),
        ], cancellationToken);
        while ((await CycleAsync("accounts", new CycleRequest("approved by revops") { FullWarehouse = true, Approved = true }, cancellationToken)).Busy)
        {
            await Task.Delay(Glance, parts.Time, cancellationToken);
        }

        await SeeAsync(
        [
            new("A person approves what the guard held", "retl sync --approve", () => Task.FromResult(Expect(
                ("accounts without the field", "0", N(stage.Salesforce.All("Account").Count(r =>
                    !stage.Salesforce.IsGone(r) && stage.Salesforce.Field(r, "Warehouse_Id__c") is not null && stage.Salesforce.Field(r, "Site") is null)))))),
        ], cancellationToken);
    }

    private async Task SilenceAsync(CancellationToken cancellationToken)
    {
        await CyclesAsync(new CycleRequest("settle") { FullWarehouse = true }, cancellationToken);
        var (salesforce, hubspot) = (stage.Salesforce.WriteCount(), stage.HubSpot.WriteCount());
        var reports = await CyclesAsync(new CycleRequest("silence") { FullWarehouse = true }, cancellationToken);
        Note(new("Nothing changed, nothing is written", "idempotence", () => Task.FromResult(Expect(
            ("writes to Salesforce", "0", N(stage.Salesforce.WriteCount() - salesforce)),
            ("writes to HubSpot", "0", N(stage.HubSpot.WriteCount() - hubspot)),
            ("writes to the warehouse", "0", N(reports.Sum(r => r.Result.Pulled)))))));
        await FlushAsync(cancellationToken);
    }

    private async Task<bool> AuditAsync(CancellationToken cancellationToken)
    {
        var audit = new DemoAudit(stage);
        var findings = await audit.RunAsync(
            // A-0061 let go of the merged record, C-3000 was deleted and the rule is to keep the row.
            new HashSet<string> { "A-0061", "C-3000" },

            // Flagged drift (the survivor of the merge has no segment either) and adopted drift stand.
            new HashSet<(string, string)> { ("A-0041", "Segment__c"), ("A-0050", "Segment__c"), ("C-1001", "FirstName") },
            cancellationToken);
        foreach (var finding in findings.Take(20))
        {
            Say($"   WRONG  {finding}");
        }

        Say($"   {audit.Compared} pairs compared, {findings.Count} differences that no rule explains.");
        return findings.Count == 0 && _results.TrueForAll(r => r.Trouble is null);
    }

    private readonly List<DemoCase> _noted = [];

    private void Note(DemoCase fact) => _noted.Add(fact);

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await SeeAsync(_noted, cancellationToken);
        _noted.Clear();
    }

    // The daemon works by itself; the demo only looks until all is as it must be or its patience ends.
    private async Task SeeAsync(IReadOnlyList<DemoCase> cases, CancellationToken cancellationToken)
    {
        var open = cases.ToList();
        var troubles = new Dictionary<DemoCase, string?>();
        var started = parts.Time.GetTimestamp();
        while (open.Count > 0 && parts.Time.GetElapsedTime(started) < Patience)
        {
            foreach (var each in open.ToList())
            {
                troubles[each] = await each.Check();
                if (troubles[each] is null)
                {
                    open.Remove(each);
                    Say($"   ok     {each.Title}  ({each.Rule})");
                }
            }

            if (open.Count > 0)
            {
                await Task.Delay(Glance, parts.Time, cancellationToken);
            }
        }

        open.ForEach(each => Say($"   WRONG  {each.Title}: {troubles[each]}"));
        _results.AddRange(cases.Select(each => (each, troubles[each])));
    }

    private async Task<IReadOnlyList<CycleReport>> CyclesAsync(CycleRequest request, CancellationToken cancellationToken)
    {
        var reports = new List<CycleReport>();
        foreach (var mapping in Mappings)
        {
            reports.Add(await CycleAsync(mapping, request, cancellationToken));
        }

        return reports;
    }

    private async Task<CycleReport> CycleAsync(string name, CycleRequest request, CancellationToken cancellationToken)
    {
        var file = MappingFiles.MappingFolder.Read(stage.Mappings).Files.Single(f => f.Name == name);
        return await stage.Scope.Cycles.RunAsync(file.Mapping!, request, cancellationToken);
    }

    private void Report(bool good, TimeSpan took)
    {
        ui.Draw(["What happened", "Decided by", "As the rules say"], _results.Select(r => new[] { r.Case.Title, r.Case.Rule, r.Trouble ?? "yes" }));
        Say(good ? $"All as the rules say, in {took.TotalSeconds:0} s." : "Not all is as the rules say; see above.");
        if (ui.Json)
        {
            ui.WriteJson(new { Ok = good, Seconds = Math.Round(took.TotalSeconds, 1), Cases = _results.Select(r => new { r.Case.Title, r.Case.Rule, Ok = r.Trouble is null, r.Trouble }) });
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        Say("\nThe daemon goes on. Edit a row, a CRM record (POST and PATCH below /_sandbox/records/) or a mapping file and watch:");
        stage.Addresses.ToList().ForEach(Say);
        await using var daemon = Daemon(LogLevel.Information);
        await daemon.StartAsync(cancellationToken);
        await daemon.WaitForShutdownAsync(cancellationToken);
    }

    private WebApplication Daemon(LogLevel least) => DaemonHost.Build(
        stage.Scope, loggers => parts.Cycles(stage.Scope.Settings, stage.Scope.Connections, parts.Time, loggers), least);

    private void Say(string line)
    {
        if (!ui.Json)
        {
            ui.Say(line);
        }
        else
        {
            ui.Warn(line);
        }
    }

    private static string N(long number) => number.ToString();
}
