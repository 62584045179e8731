using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Recovery;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>Records edits that a write of ours replaced unseen: a loss for each, and a question that offers to put the last one back.</summary>
internal static class Overwrites
{
    /// <param name="context">The cycle.</param>
    /// <param name="builder">Where it is recorded.</param>
    /// <param name="pair">The pair with the base that the write led to.</param>
    /// <param name="write">The field as it was written.</param>
    /// <param name="trace">What the history tells of it.</param>
    public static void Record(CycleContext context, SettlementBuilder builder, Pair pair, IntentField write, WriteTrace trace)
    {
        RecordLosses(context, builder, pair.Key, pair.CrmId, write, trace);
        // A field that left the mapping cannot be put back.
        var field = context.Runtime.Rules.Index().Where(r => r.Item.Mapping.Crm == write.Field).Select(r => (int?)r.Index).FirstOrDefault();
        if (trace.Overwritten is [var last, ..] && field is { } number)
        {
            var agreed = pair.Bases[number];
            builder.Conflicts.Add(new Conflict(
                ConflictKind.Overwritten, pair.Key, pair.CrmId, write.Field,
                agreed?.Warehouse.Value ?? default, agreed?.Crm.Value ?? default, agreed?.Warehouse.Value ?? write.Source, last.Value));
        }
    }

    /// <summary>The losses alone, for a write whose pair cannot be believed or is another one by now.</summary>
    public static void RecordLosses(CycleContext context, SettlementBuilder builder, string key, string? crmId, IntentField write, WriteTrace trace)
    {
        foreach (var edit in trace.Overwritten)
        {
            context.Books.Losses++;
            builder.Losses.Add(new Loss(key, crmId, Side.Crm, write.Field, edit.Value, edit.Author, edit.At, $"{write.Rule}; overwritten unseen"));
        }
    }
}
