using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The batch endpoints of records with their multi-status rules.</summary>
internal sealed class BatchApi(HubSpotWorld world)
{
    /// <summary>The most records of one answer that shows history.</summary>
    public const int MaxWithHistory = 50;

    private readonly RecordLookup _lookup = new(world);
    private readonly RecordView _view = new(world);
    private readonly BatchWriter _writer = new(world);
    private readonly AssociationInput _associations = new(world);

    public SandboxResponse Handle(ApiCall call, ObjectModel model, string operation) => operation switch
    {
        "create" => Create(call, model),
        "read" => Read(call, model),
        "update" => Update(call, model),
        "upsert" => Upsert(call, model),
        "archive" => Archive(call, model),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private SandboxResponse Create(ApiCall call, ObjectModel model)
    {
        var inputs = BatchInput.Read(call.Body, world.Switches, ids: false, properties: true);
        var rows = inputs.Select(i => new BatchRow(i, i.Properties, () => null)
        {
            Links = () => _associations.OfNew(model, i.Raw, call),
        }).ToList();
        return _writer.Run(call, model, "create", rows, BatchInput.AreTraced(inputs), new BatchAnswer(world)).Close(201, call.At);
    }

    private SandboxResponse Upsert(ApiCall call, ObjectModel model)
    {
        var inputs = BatchInput.Read(call.Body, world.Switches, ids: true, properties: true);
        if (inputs.Any(i => i.IdProperty is null))
        {
            throw Refuse.Because("Invalid input JSON: some required fields were not set: [idProperty]");
        }

        CheckIds(model, inputs, recordIdCounts: false);
        var rows = inputs.Select(input =>
        {
            // Found by an additional address, a contact keeps its primary one.
            CrmRecord? Found() => _lookup.Live(model, input.Id, input.IdProperty);
            return new BatchRow(
                input, With(input.Properties, input.IdProperty!, Found()?.State.Value(input.IdProperty!) ?? input.Id), Found);
        }).ToList();
        var byEmail = inputs.Any(i => model.Records.IsEmail(i.IdProperty!));
        var partial = BatchInput.AreTraced(inputs) && (!byEmail || world.Switches.EmailUpsertPartialSuccess);
        return _writer.Run(call, model, "upsert", rows, partial, new BatchAnswer(world)).Close(200, call.At);
    }

    private SandboxResponse Update(ApiCall call, ObjectModel model)
    {
        var inputs = BatchInput.Read(call.Body, world.Switches, ids: true, properties: true);
        CheckIds(model, inputs, recordIdCounts: world.Switches.RecordIdIsAnIdProperty);
        var answer = new BatchAnswer(world);
        var rows = new List<BatchRow>();
        var missing = new List<BatchInput>();
        foreach (var input in inputs)
        {
            if (IsRecordId(input) && world.Switches.MergedIdsVanishFromBatchUpdate && model.Records.Exact(input.Id)?.MergedInto is not null)
            {
                world.Log(call, "update", model, input.Id, input.Properties, "merged away");
            }
            else if (FindForUpdate(model, input) is { } target)
            {
                var values = IsRecordId(input)
                    ? input.Properties
                    : With(input.Properties, input.IdProperty!, target.State.Value(input.IdProperty!) ?? "");
                rows.Add(new BatchRow(input, values, () => target));
            }
            else
            {
                missing.Add(input);
            }
        }

        var partial = BatchInput.AreTraced(inputs) || world.Switches.BatchUpdatePartialWithoutTraceIds;
        _writer.Run(call, model, "update", rows, partial, answer);
        ReportMissing(call, model, missing, answer);
        return answer.Close(200, call.At);
    }

    /// <summary>Unlike the single endpoint, a batch update does not follow merges.</summary>
    private CrmRecord? FindForUpdate(ObjectModel model, BatchInput input) =>
        IsRecordId(input)
            ? model.Records.Exact(input.Id) is { IsLive: true } live ? live : null
            : _lookup.Live(model, input.Id, input.IdProperty);

    private static bool IsRecordId(BatchInput input) => input.IdProperty is null or "hs_object_id";

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> values, string name, string value)
    {
        var more = new Dictionary<string, string>(values, StringComparer.Ordinal);
        more.TryAdd(name, value);
        return more;
    }

    /// <summary>One entry for all, or one for each when there are trace ids to echo.</summary>
    private void ReportMissing(ApiCall call, ObjectModel model, List<BatchInput> missing, BatchAnswer answer)
    {
        foreach (var input in missing)
        {
            world.Log(call, "update", model, input.Id, input.Properties, "OBJECT_NOT_FOUND");
            if (input.TraceId is not null)
            {
                answer.Add(RecordLookup.NotFound(model, [input.Id]), input.TraceId);
            }
        }

        var untraced = missing.Where(m => m.TraceId is null).Select(m => m.Id).ToList();
        if (untraced.Count > 0)
        {
            answer.Add(RecordLookup.NotFound(model, untraced), null);
        }
    }

    private SandboxResponse Read(ApiCall call, ObjectModel model)
    {
        var inputs = BatchInput.Read(call.Body, world.Switches, ids: true, properties: false);
        var idProperty = Json.Text(call.Body, "idProperty");
        RecordLookup.MustBeUnique(model, idProperty);
        var selection = PropertySelection.Requested(
            model, Json.Texts(call.Body, "properties"), Json.Texts(call.Body, "propertiesWithHistory"));
        if (selection.History.Count > 0 && inputs.Count > MaxWithHistory)
        {
            throw Refuse.Because(
                $"The maximum number of inputs supported in a batch request with property history is {MaxWithHistory}");
        }

        var answer = new BatchAnswer(world);
        var archived = call.Flag("archived");
        var seen = new HashSet<CrmRecord>();
        var missing = new List<string>();
        foreach (var input in inputs)
        {
            var isAlias = idProperty is null or "hs_object_id" && model.Records.Exact(input.Id)?.MergedInto is not null;
            var record = archived ? _lookup.Archived(model, input.Id, idProperty)
                : isAlias && !world.Switches.MergedIdsResolveInBatchRead ? null
                : _lookup.Live(model, input.Id, idProperty);
            if (record is null)
            {
                missing.Add(input.Id);
            }
            else if (seen.Add(record))
            {
                answer.Add(_view.Show(model, record, selection));
            }
        }

        if (missing.Count > 0)
        {
            answer.Add(RecordLookup.NotFound(model, missing), null);
        }

        return answer.Close(200, call.At);
    }

    private SandboxResponse Archive(ApiCall call, ObjectModel model)
    {
        var inputs = BatchInput.Read(call.Body, world.Switches, ids: true, properties: false);
        var missing = new List<string>();
        foreach (var input in inputs)
        {
            if (model.Records.Exact(input.Id) is { IsLive: true } record)
            {
                world.Writer.Archive(model, record, call.Context);
                world.Log(call, "archive", model, input.Id, Fields.None, null);
            }
            else
            {
                missing.Add(input.Id);
            }
        }

        if (missing.Count == 0 || !world.Switches.BatchArchiveReportsMissing)
        {
            return SandboxResponse.Empty(204);
        }

        var answer = new BatchAnswer(world);
        answer.Add(RecordLookup.NotFound(model, missing), null);
        return answer.Close(207, call.At);
    }

    private void CheckIds(ObjectModel model, IReadOnlyList<BatchInput> inputs, bool recordIdCounts)
    {
        if (inputs.Select(i => i.IdProperty).Distinct().Count() > 1 && !world.Switches.MixedIdPropertyAllowed)
        {
            throw Refuse.Because("All inputs of a batch must have the same idProperty");
        }

        foreach (var property in inputs.Select(i => i.IdProperty).Distinct())
        {
            RecordLookup.MustBeUnique(model, property, recordIdCounts);
        }

        var twice = inputs.GroupBy(i => (i.IdProperty, RecordLookup.Stored(model, i.Id, i.IdProperty ?? "")))
            .Where(g => g.Count() > 1).Select(g => g.Key.Item2).ToArray();
        if (twice.Length > 0)
        {
            throw new RefusalException(Failure.Validation(
                $"Duplicate IDs found in batch input: [{string.Join(", ", twice)}]. IDs must be unique") with
            {
                Context = new Dictionary<string, string[]> { ["ids"] = twice },
            });
        }
    }
}
