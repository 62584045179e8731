using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Planning;

/// <summary>A field that names another record: a key in the warehouse, an id in the CRM.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void Reference_is_written_as_the_other_side_spells_it()
    {
        Expect.Pushes(Plan(FieldOwner.Warehouse, ("K2", "id2"), ("id1", "K1")), "id2", "owner: warehouse");
        Expect.Pulls(Plan(FieldOwner.Crm, ("K1", "id1"), ("id2", "K2")), "K2", "owner: crm");
    }

    [Fact]
    public void Reference_translated_either_way_agrees()
    {
        Expect.Adopts(Plan(FieldOwner.Shared, ("K2", "id2"), ("id2", null)), BaseOrigin.Equal, "both sides agree");
        Expect.Adopts(Plan(FieldOwner.Shared, ("K2", null), ("id2", "K2")), BaseOrigin.Equal, "both sides agree");
    }

    [Fact]
    public void Reference_to_a_record_without_a_partner_waits()
    {
        Expect.Is(FieldStep.Wait, Plan(FieldOwner.Warehouse, ("K2", null), ("id1", "K1")), "waiting for the referenced record");
        Expect.Is(FieldStep.Wait, Plan(FieldOwner.Crm, ("K1", "id1"), ("id2", null)), "waiting for the referenced record");
        Expect.Is(FieldStep.Wait, Plan(FieldOwner.Shared, ("K2", null), ("id1", "K1")), "waiting for the referenced record");
    }

    [Fact]
    public void Reference_reverted_to_a_record_without_a_partner_waits() =>
        Expect.Is(FieldStep.Wait, Plan(FieldOwner.Warehouse, ("K1", null), ("id2", "K2")), "waiting for the referenced record");

    [Fact]
    public void Reference_first_met_without_a_partner_waits()
    {
        var rule = Make.Rule(FieldOwner.Warehouse, references: "accounts");
        var view = Make.View("K1", null) with { WarehouseAsCrm = FieldValue.NotObserved };
        Expect.Is(FieldStep.Wait, FieldPlanner.Plan(rule, view), "waiting for the referenced record");
    }

    [Fact]
    public void Reference_cleared_is_cleared()
    {
        var rule = Make.Rule(FieldOwner.Warehouse, references: "accounts");
        var view = Make.View(null, "id1", Make.Base(rule, "K1", "id1")) with { CrmAsWarehouse = Make.Of("K1") };
        Expect.Pushes(FieldPlanner.Plan(rule, view), null, "owner: warehouse");
    }

    private static FieldDecision Plan(FieldOwner owner, (string Raw, string? AsCrm) warehouse, (string Raw, string? AsWarehouse) crm)
    {
        var rule = Make.Rule(owner, references: "accounts");
        return FieldPlanner.Plan(rule, Make.View(warehouse.Raw, crm.Raw, Make.Base(rule, "K1", "id1")) with
        {
            WarehouseAsCrm = warehouse.AsCrm is { } id ? Make.Of(id) : FieldValue.NotObserved,
            CrmAsWarehouse = crm.AsWarehouse is { } key ? Make.Of(key) : FieldValue.NotObserved,
        });
    }
}
