using ReverseEtl.Sandbox.Salesforce.Schema;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>One member of a result record: a field, or a parent with members of its own.</summary>
internal sealed class SelectNode
{
    private readonly List<SelectNode> _members = [];

    /// <summary>The field itself, or the reference field behind a parent; null at the root.</summary>
    public FieldDefinition? Field { get; private init; }

    public bool IsParent { get; private init; }

    public IReadOnlyList<SelectNode> Members => _members;

    /// <summary>Builds the tree; <paramref name="repeated"/> is the first path that occurs a second time, or null.</summary>
    public static SelectNode Build(IEnumerable<FieldPath> paths, out FieldPath? repeated)
    {
        repeated = null;
        var root = new SelectNode();
        foreach (var path in paths)
        {
            var node = root;
            foreach (var reference in path.References)
            {
                node = node.Parent(reference);
            }

            if (node._members.Exists(m => !m.IsParent && m.Field == path.Field))
            {
                repeated ??= path;
                continue;
            }

            node._members.Add(new SelectNode { Field = path.Field });
        }

        return root;
    }

    private SelectNode Parent(FieldDefinition reference)
    {
        if (_members.Find(m => m.IsParent && m.Field == reference) is { } known)
        {
            return known;
        }

        var parent = new SelectNode { Field = reference, IsParent = true };
        _members.Add(parent);
        return parent;
    }
}
