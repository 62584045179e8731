using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A side stores a value in its own spelling: one write, then silence.</summary>
public sealed class NormalisationTests : Scenario
{
    [Theory]
    [InlineData(People.HubSpot)]
    [InlineData(People.Salesforce)]
    public async Task Address_that_the_CRM_lower_cases_is_written_once(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("email", "Ann.Lee@Example.ORG"), ("phone", "  1  "));

        await SyncAsync();

        Assert.Equal(1, World.Screen.Writes);
        Assert.Equal("ann.lee@example.org", InCrm("P-1", "email"));
        await RestsAsync();
        await SetAsync("P-1", "email", "Ann@Example.org");
        await SyncAsync();
        Assert.Equal((2, "ann@example.org"), (World.Screen.Writes, InCrm("P-1", "email")));
        await RestsAsync();
    }

    [Fact]
    public async Task Decimals_that_the_CRM_cuts_are_written_once()
    {
        await BeginAsync(People.Salesforce, p => p.Accounts with
        {
            Fields = [p.Field("name", FieldOwner.Warehouse), new FieldMapping { Warehouse = "score", Crm = "Health_Score__c", Owner = FieldOwner.Shared }],
        });
        await World.SqlAsync("alter table accounts add score numeric; insert into accounts (id, name, score) values ('A-1', 'One', 12.3456)");

        await SyncAsync();
        var account = World.Screen.IdOf("Account", People["id"], "A-1");
        Assert.Equal("12.34", World.Screen.Value("Account", account, "Health_Score__c"));
        await RestsAsync();

        await World.SqlAsync("update accounts set score = 98.7654");
        await SyncAsync();
        Assert.Equal("98.76", World.Screen.Value("Account", account, "Health_Score__c"));
        await RestsAsync();
        Assert.Equal("98.7654", await World.ValueAsync("select score from accounts"));

        World.Screen.Edit("Account", account, ("Health_Score__c", 5));
        await SyncAsync();
        Assert.Equal("5", await World.ValueAsync("select trim_scale(score) from accounts"));
        await RestsAsync();
    }

    [Fact]
    public async Task Spelling_that_only_the_CRM_knows_becomes_the_base()
    {
        await BeginAsync(People.HubSpot);
        World.Screen.Switch("normalisePhone", true);
        await AddAsync("P-1", ("phone", "(555) 123-4567"));

        await SyncAsync();
        Assert.Equal("5551234567", InCrm("P-1", "phone"));
        await RestsAsync();

        await SetAsync("P-1", "phone", "(555) 999-0000");
        await SyncAsync();
        Assert.Equal(("5559990000", "(555) 999-0000"), (InCrm("P-1", "phone"), await RowAsync("P-1", "phone")));
        await RestsAsync();

        Edit("P-1", ("phone", "1"));
        await SyncAsync();
        Assert.Equal("1", await RowAsync("P-1", "phone"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Pulled_value_that_a_trigger_of_the_warehouse_changes_is_written_once(string crm)
    {
        await BeginAsync(crm);
        await World.SqlAsync("""
            create function shout() returns trigger language plpgsql as $$ begin new.job_title = upper(new.job_title); return new; end $$;
            create trigger shout before insert or update on people for each row execute function shout();
            """);
        await AddAsync("P-1");
        await SyncAsync();

        Edit("P-1", ("job_title", "chief"));
        await SyncAsync();

        Assert.Equal(("CHIEF", "chief"), (await RowAsync("P-1", "job_title"), InCrm("P-1", "job_title")));
        await RestsAsync();
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();
        Assert.Equal(("chief", "2"), (InCrm("P-1", "job_title"), InCrm("P-1", "phone")));
        await RestsAsync();
    }

    [Fact]
    public async Task Default_that_the_CRM_gives_a_blank_field_is_its_spelling_of_blank()
    {
        await BeginAsync(People.Salesforce, p => p.With(p.Field("newsletter", FieldOwner.Shared)));
        await AddAsync("P-1");

        await SyncAsync();

        await RestsAsync();
        Assert.Empty(await ConflictsAsync());
        Assert.Null(await RowAsync("P-1", "newsletter"));
        await SetAsync("P-1", "newsletter", "true");
        await SyncAsync();
        Assert.Equal("true", InCrm("P-1", "newsletter"));
        await RestsAsync();
    }

    [Theory]
    [MemberData(nameof(BothCrms))]
    public async Task Edit_of_a_person_right_after_our_write_is_news_and_not_a_spelling(string crm)
    {
        await BeginAsync(crm);
        await AddAsync("P-1", ("phone", "1"));
        await SyncAsync();
        await SetAsync("P-1", "phone", "2");
        await SyncAsync();

        Edit("P-1", ("phone", "3"));
        await SyncAsync();

        Assert.Equal(("3", "3"), (await RowAsync("P-1", "phone"), InCrm("P-1", "phone")));
        await RestsAsync();
    }
}
