using ReverseEtl.Core.Values;
using ReverseEtl.Crms.Salesforce.Describing;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// How many records of its own object a write waits for: one that names another one of the batch by the key that this batch gives it stands
/// one deeper than that one.
/// </summary>
internal sealed class FamilyDepth
{
    // Hierarchies in an org are not deeper, and two records that name each other have no end at all: what is left is a reference to try again.
    private const int Deepest = 20;

    private static readonly StringComparer Keys = StringComparer.OrdinalIgnoreCase;

    private readonly Dictionary<CrmWrite, int> _depths = new(ReferenceEqualityComparer.Instance);

    public FamilyDepth(CrmWriteBatch batch, IReadOnlyList<CrmWrite> writes)
    {
        var givers = writes.Where(write => write.Key is not null).ToLookup(write => write.Key!.Trim(), Keys);
        if (givers.Count == 0)
        {
            return;
        }

        var children = writes
            .Select(write => (Write: write, Parents: ParentKeys(batch, write).SelectMany(key => givers[key]).Where(parent => parent != write).ToList()))
            .Where(child => child.Parents.Count > 0).ToList();
        for (var (round, hasMoved) = (1, true); round < Deepest && hasMoved; round++)
        {
            hasMoved = false;
            foreach (var (write, parents) in children)
            {
                var depth = parents.Max(Of) + 1;
                hasMoved |= depth > Of(write);
                _depths[write] = Math.Max(depth, Of(write));
            }
        }
    }

    /// <summary>From 1, for a write that waits for none.</summary>
    public int Of(CrmWrite write) => _depths.GetValueOrDefault(write, 1);

    // Columns of a relation that leads to the batch's own object, by its own key.
    private static IEnumerable<string> ParentKeys(CrmWriteBatch batch, CrmWrite write) =>
        from field in write.Fields
        where field.Value.State is ValueState.Value
        let column = field.Field.Split('.')
        where column.Length == 2 && Keys.Equals(column[1], batch.KeyField) && LeadsHome(batch, field.Field)
        select field.Value.Text!.Trim();

    private static bool LeadsHome(CrmWriteBatch batch, string column) => column.Split(':') is [var type, _]
        ? Keys.Equals(type, batch.Object)
        : batch.Schema.Find(LookupPath.ReferenceOf(column))?.ReferenceTo.Contains(batch.Object, Keys) is true;
}
