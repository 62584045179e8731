using ReverseEtl.Core.Mappings;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Tests.Support;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Core.Tests.Properties;

/// <summary>A record of many fields: agreed once, then edited on both sides, then kept in step.</summary>
internal sealed class RecordWorld(IReadOnlyList<FieldWorld> fields)
{
    public IReadOnlyList<FieldWorld> Fields { get; } = fields;

    public int Writes => Fields.Sum(at => at.Writes);

    public RecordDecision Plan() => RecordPlanner.Plan(new RecordRules(), [.. Fields.Select(field => field.Rule)], View());

    /// <summary>Applies a whole plan, its fields in the given order.</summary>
    public void Apply(RecordDecision decision, IEnumerable<int> order)
    {
        Assert.Equal(RecordStep.Fields, decision.Step);
        foreach (var i in order)
        {
            Fields[i].Apply(decision.Fields[i]);
        }
    }

    public RecordView View() => Make.Record(Presence.Present, Presence.Present, fields: [.. Fields.Select(field => field.View)]);
}

/// <summary>How one field of a generated record starts: its rules, what was agreed, and what either side made of it.</summary>
internal sealed record FieldStart(
    FieldRule Rule, FieldValue Agreed, Edit Warehouse, Edit Crm, Normaliser WarehouseSpells, Normaliser CrmSpells, bool TellsStored)
{
    /// <summary>The user changes that a write may answer.</summary>
    public int Causes => (Warehouse.Touches ? 1 : 0) + (Crm.Touches ? 1 : 0);

    public FieldWorld World()
    {
        var crm = CrmSpells.Store(Agreed);
        var start = new FieldWorld(Rule, Make.Seen(Agreed, crm, new FieldBase(Rule.WarehouseHalf(Agreed), Rule.CrmHalf(crm), BaseOrigin.Receipt)))
        {
            WarehouseSpells = WarehouseSpells,
            CrmSpells = CrmSpells,
            TellsStored = TellsStored,
        };
        if (Warehouse.Touches)
        {
            start.WarehouseEdits(Warehouse.Value);
        }

        if (Crm.Touches)
        {
            start.CrmEdits(Crm.Value);
        }

        return start;
    }
}

/// <summary>What one side made of a field.</summary>
internal readonly record struct Edit(bool Touches, FieldValue Value);
