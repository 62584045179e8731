using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;
using ReverseEtl.Engine.State;

namespace ReverseEtl.Engine.Cycles;

/// <summary>
/// Holds the base of pairs that look settled against what a full read of the CRM shows (I16): two values that were never agreed, and that
/// nobody is asked about, must not pass for agreed because neither moves. What it finds is looked at again from both sides. It also tells of
/// landed values that the model never shows (MIM's exported-change-not-reimported).
/// </summary>
internal sealed class Audit(CycleContext context)
{
    /// <summary>The marks for what does not fit; normally none.</summary>
    public async Task<IReadOnlyList<DirtyMark>> FindAsync(IReadOnlyList<(Pair Pair, CrmRecord Record)> settled, CancellationToken cancellationToken)
    {
        foreach (var (pair, _) in settled.Where(s => s.Pair.Bases.Any(IsOverdue)))
        {
            context.Books.Hold(RecordKey.Display(pair.Key), "landed_not_shown");
        }

        var suspects = settled.Select(s => (s.Pair, Fields: Unfit(s.Pair, s.Record))).Where(s => s.Fields.Count > 0).ToList();
        if (suspects.Count == 0)
        {
            return [];
        }

        var keys = suspects.ConvertAll(s => s.Pair.Key);
        var questions = await context.State.OpenConflictsAsync(keys, cancellationToken);
        var rejects = await context.State.RejectsAsync(keys, cancellationToken);

        // A question holds its field or the whole record; a refused write leaves the base as it was.
        var found = suspects.Where(s => !rejects.Contains(s.Pair.Key)
            && s.Fields.Exists(field => !questions[s.Pair.Key].Any(q => q.Field is null || q.Field == field))).ToList();
        context.Books.AuditFindings += found.Count;
        return found.ConvertAll(s => new DirtyMark(s.Pair.Key, s.Pair.CrmId, $"audit: the base does not fit {string.Join(", ", s.Fields)}"));
    }

    private bool IsOverdue(FieldBase? field) => field is { Landed: not null, Turns: { } landed } && context.Now - landed.At > context.Options.EchoWithin;

    private List<string> Unfit(Pair pair, CrmRecord record)
    {
        List<string> fields = [];
        for (var i = 0; i < pair.Bases.Length; i++)
        {
            var (rule, value) = (context.Runtime.Rules[i], context.Runtime.Value(record, i));
            value = rule.IsLink ? OwnLinks.Of(rule, pair.Bases[i], FieldValue.Unmoved, value) : value;
            var fits = !value.IsSeen || rule.IsCreateOnly || (pair.Bases[i] is { } agreed && (agreed.Landed is not null || agreed.Crm.Is(rule.CrmType, value)));
            if (!fits)
            {
                fields.Add(rule.Mapping.Crm);
            }
        }

        return fields;
    }
}
