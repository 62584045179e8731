namespace ReverseEtl.Core.Planning;

/// <summary>Which sides moved away from their half of the base. Movement, not difference, is what counts as a change.</summary>
/// <param name="Warehouse">The warehouse moved.</param>
/// <param name="Crm">The CRM moved, and not by spelling our own value its way.</param>
/// <param name="Spelled">The CRM shows something else than was sent, nobody but us changed the record since, and nobody saw it before.</param>
internal readonly record struct Movement(bool Warehouse, bool Crm, bool Spelled)
{
    public static Movement Of(FieldRule rule, in FieldView view)
    {
        if (view.Base is not { } agreed)
        {
            return new(Warehouse: true, Crm: true, Spelled: false);
        }

        var warehouse = !agreed.Warehouse.Is(rule.WarehouseType, view.Warehouse);
        var crm = !agreed.Crm.Is(rule.CrmType, view.Crm);
        var spelled = crm && agreed.Origin is BaseOrigin.Sent && view.LastChangedByUs;
        return new(warehouse, crm && !spelled, spelled);
    }
}
