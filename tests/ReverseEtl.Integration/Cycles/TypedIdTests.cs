using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>Ids and keys as people and other programs leave them: 15 characters for 18, one key on several records, an owner by e-mail.</summary>
public sealed class TypedIdTests : Scenario
{
    private CountingCrm Crm => (CountingCrm)World.Crm;

    [Fact]
    public async Task Short_id_that_a_person_types_names_the_record()
    {
        await BeginAsync(People.Salesforce, p => p.With(p.Field("phone", FieldOwner.Warehouse)) with { Match = [new("phone", p["phone"], MatchAs.Phone)] });
        await AddAsync("P-1", ("phone", "555 123 4567"));
        var (chosen, other) = (Type(("phone", "5551234567")), Type(("phone", "(555) 123-4567")));
        await SyncAsync();

        await ResolveAsync(ResolutionChoice.Value, chosen[..15]);
        await SyncAsync();

        Assert.Equal((chosen, null), (RecordOf("P-1"), Shown(other, "id")));
        await RestsAsync();
    }

    [Fact]
    public async Task Short_id_in_a_column_is_the_long_one_of_the_crm()
    {
        await BeginAsync(People.Salesforce, p => p.With(p.Field("account_id", FieldOwner.Shared)));
        var account = World.Screen.Create(People.Companies, ("Name", "Acme"));
        var record = Type(("email", "p-1@example.org"), ("last_name", "Last P-1"), ("account_id", account));
        await AddAsync("P-1", ("account_id", account[..15]));

        var report = await SyncAsync();

        Assert.Equal((account, account[..15], 1), (Shown(record, "account_id"), await RowAsync("P-1", "account_id"), report.Result.Linked));
        Assert.Empty(await ConflictsAsync());
        Assert.Empty(await LossesAsync());
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Key_that_several_records_of_the_org_carry_is_a_question_and_no_failure(string crm)
    {
        await BeginAsync(crm, p => p.Mapping with { Match = [] });
        var (first, second) = (Type(("phone", "1")), Type(("phone", "2")));
        World.Crm = new CountingCrm(World.Crm)
        {
            OnRead = Keyed,
            OnPage = page => [.. page.Select(c => c with { Record = c.Record is { } r ? Keyed(r) : null })],
        };
        await AddAsync("P-1", ("phone", "3"));
        await AddAsync("P-2");

        var report = await SyncAsync();

        Assert.Equal(("linked", null, 1), (await PairStateAsync("P-2"), await PairStateAsync("P-1"), report.Result.Created));
        var asked = Assert.Single(await ConflictsAsync());
        Assert.Equal(ConflictKind.Match, asked.Kind);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), asked.Crm.Text!.Split(';'));

        CrmRecord Keyed(CrmRecord record) => record.Id == first || record.Id == second ? record with { Key = "P-1" } : record;
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Key_that_the_CRM_trims_is_written_once(string crm)
    {
        await BeginAsync(crm);
        await AddAsync(" P-1 ", ("email", "p@example.org"));

        await SyncAsync();
        await SyncAsync();

        Assert.Equal(1, CountInCrm);
        await RestsAsync();
        await SetAsync(" P-1 ", "phone", "2");
        await SyncAsync();
        Assert.Equal("2", World.Screen.Value(People.Contacts, World.Screen.IdOf(People.Contacts, People["email"], "p@example.org"), People["phone"]));
        await RestsAsync();
    }

    // Salesforce takes them for one key where the field is unique and not case-sensitive (reference §2.1).
    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task Row_whose_key_differs_by_case_only_does_not_write_over_the_record_of_the_other(int batch)
    {
        await BeginAsync(People.Salesforce);
        World.Options = World.Options with { BatchSize = batch };
        await AddAsync("A-1", ("phone", "1"));
        await AddAsync("a-1", ("phone", "2"));

        var first = await SyncAsync();
        var second = await SyncAsync();

        Assert.Equal((1, 1, 0, 1), (first.Result.Created, first.Result.Held, second.Result.Created, CountInCrm));
        Assert.Equal("1", InCrm("A-1", "phone"));
        Assert.Equal(("linked", null), (await PairStateAsync("A-1"), await PairStateAsync("a-1")));
        Assert.Contains(first.Held, held => held.Key == "a-1" && held.Reason.Contains("differs by case only", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_whose_key_differs_from_the_rows_by_case_only_is_the_rows_and_is_not_written_over_unseen()
    {
        await BeginAsync(People.Salesforce, p => p.Mapping with { Match = [] });
        var record = Type(("last_name", "Typed"), ("phone", "7"));
        World.Screen.Edit(People.Contacts, record, (People["id"], "a-1"));
        await AddAsync("A-1", ("phone", "1"));

        var report = await SyncAsync();

        Assert.Equal((1, 0, 1), (report.Result.Linked, report.Result.Created, CountInCrm));
        Assert.Equal(record, await World.ValueAsync("select crm_id from retl.pairs where key = 'A-1'"));
        Assert.NotEmpty(await LossesAsync());
        await RestsAsync();
    }

    [Fact]
    public async Task Owner_is_written_by_e_mail_where_the_crm_can_tell_the_user_by_it()
    {
        await WithOwnerAsync(true);
        await AddAsync("P-1", ("city", "ann@example.org"));
        Crm.Instead = batch => [.. batch.Writes.Select(w => new CrmWriteResult(WriteOutcome.Rejected, null)
        {
            Error = new CrmError("reference", RetryRule.AfterChange, "", "no active user has this e-mail address"),
        })];
        CrmFieldWrite? sent = null;
        Crm.OnWrite = batch => sent = batch.Writes[0].Fields.Single(f => f.Field == "Owner.Email");

        await SyncAsync();

        Assert.Equal("ann@example.org", sent!.Value.Text);
        var reject = Assert.Single(await RejectsAsync());
        Assert.Equal(("reference", "no active user has this e-mail address"), (reject.Class, reject.Reason));
    }

    [Fact]
    public async Task Owner_by_e_mail_that_the_crm_cannot_write_is_the_files_fault()
    {
        await WithOwnerAsync(false);

        var refused = await Assert.ThrowsAsync<PortException>(() => SyncAsync());

        Assert.Contains("its owner must be crm", refused.Message, StringComparison.Ordinal);
    }

    private async Task WithOwnerAsync(bool writable)
    {
        await BeginAsync(People.Salesforce, p => p.With(new FieldMapping { Warehouse = "city", Crm = "Owner.Email", Owner = FieldOwner.Warehouse }));
        World.Crm = new CountingCrm(World.Crm) { OnPath = field => field! with { Createable = writable, Updateable = writable } };
    }
}
