using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Integration.Support;

/// <summary>People and their accounts in the warehouse, and what they are called in one CRM. Tests vary the mappings.</summary>
public sealed class People(string crm)
{
    public const string HubSpot = "hubspot";
    public const string Salesforce = "salesforce";

    public const string Tables = """
        create table people (
            id text not null, email text, first_name text, last_name text, phone text, job_title text, lead_score text, segment text,
            interests text[], newsletter boolean, city text, account_id text, updated_at timestamptz not null default clock_timestamp());
        create unique index people_key on people (id);
        create table accounts (id text primary key, name text, parent_id text, updated_at timestamptz not null default clock_timestamp());
        """;

    private static readonly Dictionary<string, string> HubSpotFields = new(StringComparer.Ordinal)
    {
        ["id"] = "warehouse_id", ["email"] = "email", ["first_name"] = "firstname", ["last_name"] = "lastname", ["phone"] = "phone",
        ["job_title"] = "jobtitle", ["lead_score"] = "lead_score", ["segment"] = "segment", ["interests"] = "interests",
        ["newsletter"] = "newsletter", ["city"] = "city", ["account_id"] = "company", ["name"] = "name", ["parent_id"] = "description",
    };

    private static readonly Dictionary<string, string> SalesforceFields = new(StringComparer.Ordinal)
    {
        ["id"] = "Warehouse_Id__c", ["email"] = "Email", ["first_name"] = "FirstName", ["last_name"] = "LastName", ["phone"] = "Phone",
        ["job_title"] = "Title", ["lead_score"] = "Lead_Score__c", ["segment"] = "Segment__c", ["interests"] = "Interests__c",
        ["newsletter"] = "Newsletter__c", ["city"] = "MailingCity", ["account_id"] = "AccountId", ["name"] = "Name", ["parent_id"] = "ParentId",
    };

    public string Crm => crm;

    public bool IsSalesforce => crm == Salesforce;

    public string Contacts => IsSalesforce ? "Contact" : "contacts";

    public string Companies => IsSalesforce ? "Account" : "companies";

    /// <summary>The CRM's name of a column.</summary>
    public string this[string column] => (IsSalesforce ? SalesforceFields : HubSpotFields)[column];

    public Mapping Mapping => new()
    {
        Name = "people",
        Warehouse = new WarehouseSide { Connection = "main", Kind = SourceKind.Table, Source = "people", Key = ["id"], ChangedAt = "updated_at", WriteTo = "people" },
        Crm = new CrmSide { Connection = crm, Object = Contacts, Key = this["id"] },
        Match = [new MatchRule("email", this["email"], MatchAs.Email)],
        Fields =
        [
            Field("email", FieldOwner.Warehouse),
            Field("first_name", FieldOwner.Warehouse),
            Field("last_name", FieldOwner.Warehouse),
            Field("phone", FieldOwner.Shared),
            Field("job_title", FieldOwner.Shared),
        ],
    };

    /// <summary>Accounts, each under its parent.</summary>
    public Mapping Accounts => new()
    {
        Name = "accounts",
        Warehouse = new WarehouseSide { Connection = "main", Kind = SourceKind.Table, Source = "accounts", Key = ["id"], ChangedAt = "updated_at", WriteTo = "accounts" },
        Crm = new CrmSide { Connection = crm, Object = Companies, Key = this["id"] },
        Match = [new MatchRule("name", this["name"], MatchAs.CaseInsensitive)],
        Fields = [Field("name", FieldOwner.Warehouse), Field("parent_id", FieldOwner.Warehouse) with { References = "accounts" }],
    };

    /// <summary>People, each in an account.</summary>
    public Mapping PeopleOfAccounts => With(Field("account_id", FieldOwner.Warehouse) with { References = "accounts" });

    public FieldMapping Field(
        string column, FieldOwner owner, ConflictPolicy policy = ConflictPolicy.Review, DriftRule drift = DriftRule.Revert) =>
        new() { Warehouse = column, Crm = this[column], Owner = owner, OnConflict = policy, OnDrift = drift };

    /// <summary>The mapping with these fields added or put in the place of the one for the same column.</summary>
    public Mapping With(params FieldMapping[] fields) => Mapping with
    {
        Fields = [.. Mapping.Fields.Where(f => !fields.Any(n => n.Warehouse == f.Warehouse)), .. fields],
    };

    /// <summary>The mapping with a field that people in the CRM own.</summary>
    public Mapping WithNewsletter => With(Field("newsletter", FieldOwner.Crm));

    public Mapping Shared(string column, ConflictPolicy policy) => With(Field(column, FieldOwner.Shared, policy));
}
