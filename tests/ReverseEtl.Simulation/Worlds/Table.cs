namespace ReverseEtl.Simulation.Worlds;

/// <summary>A table of the warehouse, the mapping named after it, and its CRM object.</summary>
/// <param name="Name">Table and mapping.</param>
/// <param name="Salesforce">Object type there.</param>
/// <param name="HubSpot">Object type there.</param>
/// <param name="Columns">The columns, the key left out.</param>
public sealed record Table(string Name, string Salesforce, string HubSpot, IReadOnlyList<Column> Columns)
{
    /// <summary>People, each in an account.</summary>
    public static Table People { get; } = new("people", "Contact", "contacts", Column.People);

    /// <summary>Accounts.</summary>
    public static Table Accounts { get; } = new("accounts", "Account", "companies", Column.Accounts);

    /// <summary>Both, parents first.</summary>
    public static IReadOnlyList<Table> All { get; } = [Accounts, People];

    /// <summary>The key column.</summary>
    public const string Key = "id";

    /// <summary>The column that grows when a row changes.</summary>
    public const string ChangedAt = "updated_at";

    /// <summary>The CRM object.</summary>
    public string In(CrmKind crm) => crm is CrmKind.Salesforce ? Salesforce : HubSpot;

    /// <summary>The CRM field that carries the key.</summary>
    public static string KeyIn(CrmKind crm) => crm is CrmKind.Salesforce ? "Warehouse_Id__c" : "warehouse_id";

    /// <summary>The table of that name.</summary>
    public static Table Of(string name) => All.First(t => t.Name == name);

    /// <summary>Where a column is, by its name in the warehouse or in that CRM; -1 when it is none.</summary>
    public int IndexOf(string name, CrmKind crm)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name || Columns[i].In(crm).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
