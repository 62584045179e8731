using ReverseEtl.Core.Checking;
using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Schemas;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Checking;

/// <summary>A mapping that fits its two sides, to be bent by the tests.</summary>
internal static class CheckSamples
{
    public static FieldMapping Phone { get; } = new() { Warehouse = "phone", Crm = "Phone", Owner = FieldOwner.Shared };

    public static Mapping Good { get; } = new()
    {
        Name = "accounts",
        Warehouse = new() { Connection = "main", Kind = SourceKind.Table, Source = "analytics.accounts", Key = ["account_id"], ChangedAt = "updated_at", WriteTo = "analytics.accounts" },
        Crm = new() { Connection = "salesforce", Object = "Account", Key = "Warehouse_Id__c" },
        Match = [new("domain", "Website", MatchAs.Domain)],
        Fields =
        [
            new() { Warehouse = "name", Crm = "Name", Owner = FieldOwner.Warehouse },
            Phone,
            new() { Warehouse = "csm_email", Crm = "Owner.Email", Owner = FieldOwner.Crm },
            new() { Warehouse = "parent_id", Crm = "ParentId", Owner = FieldOwner.Warehouse, References = "accounts" },
        ],
    };

    public static SideSchema Table { get; } = Schema("analytics.accounts",
        Field("account_id", FieldKind.Text), Field("name", FieldKind.Text), Field("phone", FieldKind.Text), Field("csm_email", FieldKind.Text),
        Field("parent_id", FieldKind.Text), Field("domain", FieldKind.Text), Field("updated_at", FieldKind.Timestamp),
        Field("revenue", FieldKind.Decimal), Field("tags", FieldKind.Text), Field("is_active", FieldKind.Boolean),
        Field("computed", FieldKind.Text) with { Updateable = false });

    public static SideSchema Account { get; } = Schema("Account",
        Field("Warehouse_Id__c", FieldKind.Text) with { Unique = true }, Field("Name", FieldKind.Text) with { Required = true },
        Field("Phone", FieldKind.Text), Field("Website", FieldKind.Text), Field("AnnualRevenue", FieldKind.Decimal),
        Field("Tags__c", FieldKind.MultiPicklist), Field("IsActive__c", FieldKind.Boolean), Field("Industry", FieldKind.Picklist),
        Field("ParentId", FieldKind.Reference) with { ReferenceTo = ["Account"] }, Field("OwnerId", FieldKind.Reference) with { ReferenceTo = ["User"] },
        Field("CreatedDate", FieldKind.Timestamp) with { Createable = false, Updateable = false },
        Field("Origin", FieldKind.Text) with { Updateable = false },
        Field("Auto_Id__c", FieldKind.Text) with { Unique = true, Createable = false, Updateable = false });

    public static MappingFacts Facts(Mapping mapping) => new()
    {
        Mapping = mapping,
        Warehouse = Table,
        WriteTo = mapping.Warehouse.WriteTo is null ? null : Table,
        Crm = Account,
        Paths = new Dictionary<string, FieldSchema?> { ["Owner.Email"] = Field("Owner.Email", FieldKind.Email) with { Createable = false, Updateable = false } },
        KnownTables = ["analytics.accounts", "analytics.contacts"],
        KnownObjects =
        [
            new("Account", ["Accounts"]), new("Contact", ["Person", "People"]), new("Invoice__c", ["Invoice", "Bill"]), new("Old_Invoice__c", ["Bill"]),
        ],
    };

    /// <summary>The good mapping with one more field.</summary>
    public static Mapping Plus(FieldMapping field) => Good with { Fields = [.. Good.Fields, field] };

    public static Mapping Of(string name, params string[] references) => Good with
    {
        Name = name,
        Crm = Good.Crm with { Object = name },
        Fields = [Phone, .. references.Select((reference, i) => new FieldMapping { Warehouse = $"p{i}", Crm = $"P{i}", Owner = FieldOwner.Warehouse, References = reference })],
    };

    public static FieldSchema Field(string name, FieldKind kind) => new(name, new FieldType(kind));

    public static SideSchema Schema(string name, params FieldSchema[] fields) =>
        new(name, fields.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase));
}
