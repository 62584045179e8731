using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Core.Tests.Support;

/// <summary>The same with warehouse and CRM changing places.</summary>
internal static class Duality
{
    public static FieldRule Of(FieldRule rule) => rule with
    {
        Mapping = rule.Mapping with
        {
            Owner = rule.Owner switch { FieldOwner.Warehouse => FieldOwner.Crm, FieldOwner.Crm => FieldOwner.Warehouse, _ => FieldOwner.Shared },
            OnConflict = rule.Mapping.OnConflict switch
            {
                ConflictPolicy.WarehouseWins => ConflictPolicy.CrmWins,
                ConflictPolicy.CrmWins => ConflictPolicy.WarehouseWins,
                var symmetric => symmetric,
            },
            Nulls = new(rule.Mapping.Nulls.ToWarehouse, rule.Mapping.Nulls.ToCrm),
            FirstMatch = rule.Mapping.FirstMatch switch
            {
                FirstMatch.WarehouseWins => FirstMatch.CrmWins,
                FirstMatch.CrmWins => FirstMatch.WarehouseWins,
                var symmetric => symmetric,
            },
        },
        WarehouseType = rule.CrmType,
        CrmType = rule.WarehouseType,
    };

    public static FieldView Of(FieldView view) => view with
    {
        Base = view.Base is { } agreed ? agreed with { Warehouse = agreed.Crm, Crm = agreed.Warehouse, Turns = Of(agreed.Turns) } : null,
        Warehouse = view.Crm,
        Crm = view.Warehouse,
        WarehouseAsCrm = view.CrmAsWarehouse,
        CrmAsWarehouse = view.WarehouseAsCrm,
        WarehouseAt = view.CrmAt,
        CrmAt = view.WarehouseAt,
    };

    private static Turns? Of(Turns? turns) => turns is { } last ? last with { Written = last.Written is Side.Crm ? Side.Warehouse : Side.Crm } : null;

    public static FieldStep Of(FieldStep step) => step switch { FieldStep.Push => FieldStep.Pull, FieldStep.Pull => FieldStep.Push, _ => step };
}
