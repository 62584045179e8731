using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Integration.KillPoints;

/// <summary>What a CRM's API requests changed, seen from inside the CRM: a write that changes nothing is no effect, whatever its answer.</summary>
/// <param name="crm">The CRM.</param>
/// <param name="type">The object that is watched.</param>
/// <param name="fields">Its mapped fields; the first carries the warehouse key.</param>
internal sealed class EffectLog(ISandboxCrm crm, string type, IReadOnlyList<string> fields) : ISandboxCrm
{
    private static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    public string Name => crm.Name;

    /// <summary>One line a changed field or record, in order.</summary>
    public List<string> Effects { get; } = [];

    /// <summary>Decides about a request instead of the CRM; null lets it pass. Stands for whatever lies between the two.</summary>
    public Func<SandboxRequest, SandboxResponse?> Between { get; set; } = static _ => null;

    public SandboxResponse Handle(SandboxRequest request) => Between(request) ?? Carry(request);

    /// <summary>The request reaches the CRM.</summary>
    public SandboxResponse Carry(SandboxRequest request)
    {
        var before = Records();
        var answer = crm.Handle(request);
        Effects.AddRange(Records().SelectMany(r => Changes(before.GetValueOrDefault(r.Key), r.Value)));
        return answer;
    }

    public SandboxResponse Admin(SandboxRequest request, string path) => crm.Admin(request, path);

    /// <summary>All records as people see them, by id, those in the recycle bin too.</summary>
    public Dictionary<string, SeenRecord> Records()
    {
        var path = $"records/{type}";
        var answer = crm.Admin(new SandboxRequest("GET", $"/_sandbox/{path}?includeDeleted=true", NoHeaders, []), path);
        return ((JsonArray)JsonNode.Parse(answer.Body)!).Select(r => Seen(r!)).ToDictionary(r => r.Id, StringComparer.Ordinal);
    }

    private SeenRecord Seen(JsonNode record)
    {
        var values = record["properties"] ?? record;
        return new(
            (string)(record["id"] ?? record["Id"])!,
            (bool)(record["archived"] ?? record["IsDeleted"])!,
            [.. fields.Select(f => values[f]?.ToString() is { Length: > 0 } text ? text : null)]);
    }

    private IEnumerable<string> Changes(SeenRecord? before, SeenRecord after)
    {
        if (before is null)
        {
            yield return $"{type} {after.Name} created: {after}";
            yield break;
        }

        for (var i = 0; i < fields.Count; i++)
        {
            if (before.Values[i] != after.Values[i])
            {
                yield return $"{type} {after.Name} {fields[i]}: {before.Values[i]} → {after.Values[i]}";
            }
        }

        if (before.IsGone != after.IsGone)
        {
            yield return $"{type} {after.Name} {(after.IsGone ? "removed" : "back")}";
        }
    }
}

/// <summary>A CRM record as people see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsGone">Whether it is in the recycle bin.</param>
/// <param name="Values">The watched fields, the key first.</param>
internal sealed record SeenRecord(string Id, bool IsGone, IReadOnlyList<string?> Values)
{
    /// <summary>The warehouse key that it carries, or what else tells it from others.</summary>
    public string Name => Values[0] ?? $"({Values[1]})";

    public override string ToString() => $"{(IsGone ? "gone " : "")}{string.Join(" | ", Values.Select(v => v ?? "–"))}";
}
