using ReverseEtl.Core.Mappings;

namespace ReverseEtl.Core.Checking;

/// <summary>Whether the connections that a mapping names are configured.</summary>
public static class ConnectionChecks
{
    /// <summary>All problems.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="warehouses">Names under <c>Warehouses</c> in the configuration.</param>
    /// <param name="crms">Names under <c>Crms</c>.</param>
    public static IReadOnlyList<MappingProblem> Check(Mapping mapping, IReadOnlyCollection<string> warehouses, IReadOnlyCollection<string> crms) =>
    [
        .. Check("warehouse.connection", mapping.Warehouse.Connection, "Warehouses", warehouses),
        .. Check("crm.connection", mapping.Crm.Connection, "Crms", crms),
    ];

    private static IEnumerable<MappingProblem> Check(string path, string name, string section, IReadOnlyCollection<string> known)
    {
        if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            var list = known.Count == 0 ? "none is" : string.Join(", ", known.Order(StringComparer.Ordinal)) + (known.Count == 1 ? " is" : " are");
            yield return MappingProblem.Error(path, $"There is no connection '{name}' under {section} in the configuration; {list} configured.", NearestWord.Find(name, known));
        }
    }
}
