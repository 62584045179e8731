namespace ReverseEtl.Integration.KillPoints;

/// <summary>What happens on both sides before the run that is killed.</summary>
/// <param name="Name">For people.</param>
/// <param name="PlayAsync">Plays it on an empty stage.</param>
/// <param name="Lands">Whether the models are built, so that pulled values land beside them.</param>
/// <param name="IsApart">Whether the state is in another database than the warehouse, so that no transaction spans both.</param>
internal sealed record Story(string Name, Func<Stage, Task> PlayAsync, bool Lands = false, bool IsApart = false)
{
    public static Story FirstLoad { get; } = new("first load", stage =>
    {
        // Somebody typed these in before there was a warehouse.
        stage.Salesforce.Create("Account", ("Name", "Acme Inc."), ("Website", "https://www.acme.example/"), ("Phone", "+9 9"));
        stage.Salesforce.Create("Account", ("Name", "Nobody's"));
        stage.HubSpot.Create("contacts", ("email", "P1@acme.example"), ("jobtitle", "Chief"), ("newsletter", "true"));
        return stage.SqlAsync(Company.Rows);
    });

    public static Story Edits { get; } = new("edits", async stage =>
    {
        await LoadedAsync(stage);
        await EditedAsync(stage);
    }, IsApart: true);

    public static Story Departures { get; } = new("departures", async stage =>
    {
        await LoadedAsync(stage);
        await DepartedAsync(stage);
    });

    public static Story Landing { get; } = new("landing", async stage =>
    {
        await LoadedAsync(stage);
        await EditedAsync(stage);
    }, Lands: true);

    /// <summary>One shared edit each way: short enough for pairs of kills.</summary>
    public static Story TwoEdits { get; } = new("two edits", async stage =>
    {
        await LoadedAsync(stage);
        await stage.SqlAsync("update accounts set phone = '+1 22' where account_id = 'A-2'");
        await stage.SqlAsync("update people set lead_score = 22 where person_id = 'P-2'");
        stage.HubSpot.Edit("contacts", Person(stage, "P-3"), ("phone", "+2 33"));
    });

    public override string ToString() => Name;

    private static async Task LoadedAsync(Stage stage)
    {
        await FirstLoad.PlayAsync(stage);
        await stage.SyncAsync();
        stage.Time.MoveOn();
    }

    private static async Task EditedAsync(Stage stage)
    {
        await stage.SqlAsync("""
            update accounts set name = 'Bolt & Co', health_score = 2.25 where account_id = 'A-2';
            update accounts set phone = '+1 33', parent_id = 'A-1' where account_id = 'A-3';
            update accounts set description = 'First. Renewed.', rating = 'Hot' where account_id = 'A-4';
            update people set lead_score = 21, phone = '+2 22' where person_id = 'P-2';
            update people set job_title = 'Queen', company = 'Acme Ltd' where person_id = 'P-3';
            update people set phone = null where person_id = 'P-5';
            insert into people (person_id, email, first_name) values ('P-6', 'p6@acme.example', 'Fay');
            """);
        stage.Time.MoveOn();
        stage.Salesforce.Edit("Account", Account(stage, "A-1"), ("Phone", "+1 11"), ("Health_Score__c", 1), ("Industry", "Biotechnology"));
        stage.Salesforce.Edit("Account", Account(stage, "A-2"), ("Segment__c", "Mid-Market"));
        stage.Salesforce.Edit("Account", Account(stage, "A-3"), ("Phone", "+1 34"));
        stage.Salesforce.Edit("Account", Account(stage, "A-4"), ("Description", "First. Met."), ("Rating", "Warm"));
        stage.HubSpot.Edit("contacts", Person(stage, "P-1"), ("newsletter", "false"), ("firstname", "Adele"), ("phone", "+2 11"));
        stage.HubSpot.Edit("contacts", Person(stage, "P-2"), ("lead_score", "99"));
        stage.HubSpot.Edit("contacts", Person(stage, "P-3"), ("jobtitle", "King"), ("company", "Typed Ltd"));
        stage.HubSpot.Edit("contacts", Person(stage, "P-4"), ("phone", ""), ("jobtitle", "Pilot"));
    }

    private static async Task DepartedAsync(Stage stage)
    {
        var merged = stage.Salesforce.Create("Account", ("Name", "Cord (the real one)"));
        stage.Time.MoveOn();
        await stage.SqlAsync("""
            delete from accounts where account_id = 'A-5';
            update accounts set health_score = 3.25 where account_id = 'A-3';
            delete from people where person_id in ('P-4', 'P-5');
            update people set phone = '+2 22' where person_id = 'P-2';
            """);
        stage.Salesforce.Delete("Account", Account(stage, "A-2"));
        stage.Salesforce.Merge("Account", merged, Account(stage, "A-3"));
        stage.HubSpot.Edit("contacts", Person(stage, "P-4"), ("phone", "+2 44"));
        stage.HubSpot.Delete("contacts", Person(stage, "P-2"));
        stage.HubSpot.Merge("contacts", Person(stage, "P-1"), Person(stage, "P-3"));
    }

    private static string Account(Stage stage, string key) => stage.Salesforce.IdOf("Account", "Warehouse_Id__c", key);

    private static string Person(Stage stage, string key) => stage.HubSpot.IdOf("contacts", "warehouse_id", key);
}
