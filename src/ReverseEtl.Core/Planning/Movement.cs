namespace ReverseEtl.Core.Planning;

/// <summary>Which sides moved away from their half of the base. Movement, not difference, is what counts as a change.</summary>
/// <param name="Warehouse">The warehouse moved.</param>
/// <param name="Crm">The CRM moved, and not by spelling our own value its way.</param>
/// <param name="Spelled">The CRM shows something else than was sent, nobody but us changed the record since, and nobody saw it before.</param>
/// <param name="Landed">A landed value stands that is still the CRM's.</param>
/// <param name="Overtaken">A landed value stands that is the CRM's no more; the landing table must follow.</param>
internal readonly record struct Movement(bool Warehouse, bool Crm, bool Spelled, bool Landed = false, bool Overtaken = false)
{
    public static Movement Of(FieldRule rule, in FieldView view)
    {
        if (view.Base is not { } agreed)
        {
            return new(Warehouse: true, Crm: true, Spelled: false);
        }

        var warehouse = !agreed.Warehouse.Is(rule.WarehouseType, view.Warehouse);
        var crm = !agreed.Crm.Is(rule.CrmType, view.Crm);
        if (rule is { Lands: true, MayPull: true } && agreed.Landed is { } landed)
        {
            // What the model shows of an overtaken landing is an echo of the CRM's past, not a change of its own.
            var overtaken = !landed.Is(rule.CrmType, view.Crm);
            var echo = overtaken && view.WarehouseAsCrm.IsSeen && landed.Is(rule.CrmType, view.WarehouseAsCrm);
            return new(warehouse && !echo, crm || overtaken, Spelled: false, Landed: !overtaken, overtaken);
        }

        // An open question means that somebody's edit was seen here; a later write of ours to another field of the record changes who
        // wrote last, not whose value this is.
        var spelled = crm && agreed.Origin is BaseOrigin.Sent && view.LastChangedByUs && view.Question is null;
        return new(warehouse, crm && !spelled, spelled);
    }
}
