using System.Text.Json;
using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Associations in batches. A record without any makes the call a 207 with an "error": that is normal (reference §6).</summary>
internal sealed class AssociationsApi(HubSpotWorld world)
{
    private const int MaxReads = 1_000;
    private const int MaxWrites = 2_000;
    private const int MaxFromOfArchive = 100;

    private readonly AssociationInput _input = new(world);
    private readonly AssociationView _view = new(world);
    private readonly AssociationLabelsApi _labels = new(world);
    private readonly OldAssociationsApi _old = new(world);

    /// <summary>Only reading by POST reads.</summary>
    public static bool Writes(string method, ApiPath path) => method != "GET" && path.Rest is not [_, _, "batch", "read"];

    /// <summary>Answers <c>{from}/{to}/…</c>.</summary>
    public SandboxResponse Handle(ApiCall call, ObjectModel from)
    {
        if (call.Rest.Count < 3)
        {
            return ApiCall.NoSuchEndpoint();
        }

        var to = world.Model(call.Rest[1]) ?? throw Refuse.Because($"Unable to infer object type from: {call.Rest[1]}");
        if (call.Path.Version == ApiVersion.V3)
        {
            return _old.Handle(call, from, to);
        }

        return (call.Method, call.Rest.Skip(2).ToArray()) switch
        {
            ("POST", ["batch", "read"]) => Read(call, from, to),
            ("POST", ["batch", "create"]) => Create(call, from, to),
            ("POST", ["batch", "associate", "default"]) => Link(call, from, to),
            ("POST", ["batch", "archive"]) => Archive(call, from, to),
            ("POST", ["batch", "labels", "archive"]) => Unlabel(call, from, to),
            (_, ["labels", ..]) => _labels.Handle(call, from, to),
            (_, ["batch", ..]) => ApiCall.MethodNotAllowed(),
            _ => ApiCall.NoSuchEndpoint(),
        };
    }

    private SandboxResponse Read(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var answer = new BatchAnswer(world);
        foreach (var input in Inputs(call, MaxReads))
        {
            var id = Json.Required(input, "id");
            var record = AssociationInput.Live(from, id);
            var after = Json.Text(input, "after") ?? "0";
            Refuse.Unless(long.TryParse(after, out var start), $"Invalid 'after' value: {after}");
            if (record is null || !_view.Live(from, record.Id, to, start).Any())
            {
                answer.Add(AssociationInput.NothingFound(from, to, id), null);
                continue;
            }

            var page = _view.Page(from, record.Id, to, start, world.Switches.AssociationPage, "to");
            page["from"] = new JsonObject { ["id"] = id };
            answer.Add(page);
        }

        return answer.Close(200, call.At);
    }

    private SandboxResponse Create(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var inputs = Inputs(call, MaxWrites)
            .Select(input => (Input: input, Types: _input.Types(from, to, Json.Objects(input, "types")))).ToList();
        Refuse.Unless(inputs.TrueForAll(i => i.Types.Count > 0), "Invalid input JSON: some required fields were not set: [types]");
        return EachLink(call, from, to, inputs.Select(i => i.Input), (i, a, b, answer) =>
        {
            world.Associator.Label(a, b, inputs[i].Types, call.Context);
            answer.Add(_view.Labelled(a, b, inputs[i].Types));
        }).Close(world.Switches.AssociationBatchCreateStatus, call.At);
    }

    private SandboxResponse Link(ApiCall call, ObjectModel from, ObjectModel to)
    {
        _input.MustFit(from, to);
        return EachLink(call, from, to, Inputs(call, MaxWrites), (_, a, b, answer) =>
        {
            world.Associator.Link(a, b, call.Context);
            foreach (var shown in _view.Default(a, b))
            {
                answer.Add(shown);
            }
        }).Close(200, call.At);
    }

    private SandboxResponse Archive(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var inputs = Inputs(call, MaxWrites);
        Refuse.Unless(
            inputs.Select(i => AssociationInput.Id(i, "from")).Distinct().Count() <= MaxFromOfArchive,
            $"At most {MaxFromOfArchive} records can be given in 'from'");
        var pairs = inputs.SelectMany(input =>
        {
            var record = AssociationInput.Live(from, AssociationInput.Id(input, "from"));
            return Json.Objects(input, "to").Select(t => (Record: record, Other: AssociationInput.Live(to, Json.Required(t, "id"))));
        }).ToList();
        foreach (var (record, other) in pairs)
        {
            if (record is not null && other is not null)
            {
                world.Associator.Unlink(new End(from, record), new End(to, other), call.Context);
            }
        }

        return Archived(call);
    }

    private SandboxResponse Unlabel(ApiCall call, ObjectModel from, ObjectModel to)
    {
        var inputs = Inputs(call, MaxWrites).Select(input => (
            A: AssociationInput.Live(from, AssociationInput.Id(input, "from")),
            B: AssociationInput.Live(to, AssociationInput.Id(input, "to")),
            Types: _input.Types(from, to, Json.Objects(input, "types")))).ToList();
        foreach (var (a, b, types) in inputs)
        {
            if (a is not null && b is not null)
            {
                world.Associator.Unlabel(new End(from, a), new End(to, b), types, call.Context);
            }
        }

        return Archived(call);
    }

    /// <summary>Does one thing for each pair; a pair with a missing end is an error of its own.</summary>
    private BatchAnswer EachLink(
        ApiCall call, ObjectModel from, ObjectModel to, IEnumerable<JsonElement> inputs, Action<int, End, End, BatchAnswer> act)
    {
        var answer = new BatchAnswer(world);
        var pairs = inputs.Select(input => (From: AssociationInput.Id(input, "from"), To: AssociationInput.Id(input, "to"))).ToList();
        Refuse.Unless(from != to || pairs.TrueForAll(p => p.From != p.To), "A record cannot be associated with itself");
        foreach (var (i, (fromId, toId)) in pairs.Index())
        {
            if (AssociationInput.Live(from, fromId) is not { } a)
            {
                answer.Add(AssociationInput.EndMissing("FROM", from, fromId), null);
            }
            else if (AssociationInput.Live(to, toId) is not { } b)
            {
                answer.Add(AssociationInput.EndMissing("TO", to, toId), null);
            }
            else
            {
                act(i, new End(from, a), new End(to, b), answer);
            }
        }

        return answer;
    }

    private SandboxResponse Archived(ApiCall call) => call.Path.Version.ArchivesAnswerBodies
        ? new BatchAnswer(world).Close(200, call.At)
        : SandboxResponse.Empty(204);

    private IReadOnlyList<JsonElement> Inputs(ApiCall call, int most) => AssociationInput.Inputs(call, most, world.Switches);
}
