using System.Collections.ObjectModel;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>One side's write of one record: journalled, sent, and what became of it.</summary>
/// <param name="Intent">The journal entry.</param>
/// <param name="FieldIndexes">For every field of the intent, its number in the mapping.</param>
internal sealed record SideWrite(Intent Intent, IReadOnlyList<int> FieldIndexes)
{
    /// <summary>Given by the journal; 0 when the journal did not take it.</summary>
    public long Id { get; set; }

    public bool MaySend => Id != 0;

    /// <summary>What is written to a field of the mapping; not observed when nothing is.</summary>
    public FieldValue Sent(int field)
    {
        for (var i = 0; i < FieldIndexes.Count; i++)
        {
            if (FieldIndexes[i] == field)
            {
                return Intent.Fields[i].Sent;
            }
        }

        return FieldValue.NotObserved;
    }
}

/// <summary>What a decided record needs: at most one write a side.</summary>
internal sealed class Draft(Work work)
{
    public Work Work { get; } = work;

    public SideWrite? Crm { get; set; }

    public CrmWrite? CrmWrite { get; set; }

    public CrmWriteResult? CrmResult { get; set; }

    /// <summary>What the history tells of the CRM write, by field; nothing where the CRM keeps none or nothing shared was written.</summary>
    public IReadOnlyDictionary<string, WriteTrace> Traces { get; set; } = ReadOnlyDictionary<string, WriteTrace>.Empty;

    /// <summary>The record turned out to be another row's; both are frozen, and nothing more may be concluded.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Another change could still get the version that the write depends on, so that it would prove nothing.</summary>
    public bool DependsOnOpenVersion => CrmWrite?.IfVersion is not null && Work.Record!.VersionIsOpen;

    public SideWrite? Row { get; set; }

    public WarehouseWrite? RowWrite { get; set; }

    public WarehouseWriteResult? RowResult { get; set; }

    /// <summary>Sides that are not written because we, or the other side before, refused this row.</summary>
    public List<Reject> Refused { get; } = [];

    /// <summary>The record's links are written by themselves, once the record itself is as it should be.</summary>
    public bool LinksLater { get; set; }

    /// <summary>A value cannot be translated yet.</summary>
    public bool Waits { get; set; }

    public IEnumerable<SideWrite> Writes => new[] { Crm, Row }.OfType<SideWrite>();

    public IEnumerable<PlannedField> Planned(SideWrite write, Side side)
    {
        for (var i = 0; i < write.Intent.Fields.Count; i++)
        {
            var field = write.Intent.Fields[i];
            var view = write.FieldIndexes[i] < 0 ? default : Work.Views.ElementAtOrDefault(write.FieldIndexes[i]);
            var before = write.Intent.Action is RecordAction.Create ? FieldValue.Null : side is Side.Crm ? view.Crm : view.Warehouse;
            yield return new PlannedField(field.Field, before, field.Sent, field.Rule);
        }
    }
}
