using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>What a mapped field does, in the terms of the checks.</summary>
internal static class FieldTraits
{
    /// <summary>Whether the CRM name is a path to a related record.</summary>
    public static bool IsPath(this FieldMapping field) => field.Crm.Contains('.', StringComparison.Ordinal);

    /// <summary>Whether the warehouse's value is written into the CRM.</summary>
    public static bool IsPushed(this FieldMapping field) => field.Owner is not FieldOwner.Crm;

    /// <summary>Whether the CRM's value is written into the warehouse.</summary>
    public static bool IsPulled(this FieldMapping field) => field.Owner is not FieldOwner.Warehouse;

    /// <summary>The path of a field's key in the words of the file.</summary>
    public static string FieldPath(int index, string key) => $"fields[{index}].{key}";

    /// <summary>The path of the key that names the source.</summary>
    public static string SourcePath(this WarehouseSide side) => side.Kind switch
    {
        SourceKind.Table => "warehouse.table",
        SourceKind.Query => "warehouse.query",
        _ => "warehouse.dbt",
    };

    /// <summary>The path of a key column; a key of one column is no list in the file.</summary>
    public static string KeyPath(this WarehouseSide side, int index) => side.Key.Count == 1 ? "warehouse.key" : $"warehouse.key[{index}]";
}
