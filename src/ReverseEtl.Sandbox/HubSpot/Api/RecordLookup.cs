namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Finds records the way requests name them: by id, or by the value of a unique property.</summary>
internal sealed class RecordLookup(HubSpotWorld world)
{
    /// <summary>The live record, through merges, or null.</summary>
    public CrmRecord? Live(ObjectModel model, string id, string? idProperty)
    {
        var found = IsId(idProperty) ? model.Records.Resolve(id) : ByValue(model, id, idProperty!);
        return found is { IsLive: true } ? found : null;
    }

    /// <summary>The archived record with exactly this id or value, or null.</summary>
    public CrmRecord? Archived(ObjectModel model, string id, string? idProperty)
    {
        var found = IsId(idProperty)
            ? model.Records.Exact(id)
            : model.Records.All.FirstOrDefault(
                r => r.IsArchived && model.Reader(idProperty!)(r, r.State) == Stored(model, id, idProperty!));
        return found is { IsArchived: true } && ShownArchived(found) ? found : null;
    }

    /// <summary>Whether a record appears among the archived ones.</summary>
    public bool ShownArchived(CrmRecord record) =>
        record.IsArchived && (record.MergedInto is null || world.Switches.MergedIdsListedAsArchived);

    /// <summary>Throws <see cref="RefusalException"/> unless records can be addressed by the property.</summary>
    public static void MustBeUnique(ObjectModel model, string? idProperty, bool recordIdCounts = true)
    {
        var fine = IsId(idProperty) ? idProperty is null || recordIdCounts : model.Properties.IsUnique(idProperty!);
        if (!fine)
        {
            throw Refuse.Because(
                $"Unable to perform update/upsert by non-unique {model.Type.Id} property {idProperty}");
        }
    }

    /// <summary>The failure of a single endpoint for a record that is not there.</summary>
    public static RefusalException NotFound(string id, string? idProperty) => new(IsId(idProperty) && !long.TryParse(id, out _)
        ? new Failure(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
        {
            Context = new Dictionary<string, string[]> { ["id"] = [id] },
        }
        : Failure.NotFound());

    /// <summary>The error entry of a batch for ids that are not there.</summary>
    public static Failure NotFound(ObjectModel model, IEnumerable<string> ids) => new(
        404, "OBJECT_NOT_FOUND",
        $"Could not get some {model.Type.Singular.ToUpperInvariant()} objects, "
        + "they may be deleted or not exist. Check that ids are valid.")
    {
        Context = new Dictionary<string, string[]> { ["ids"] = [.. ids] },
    };

    /// <summary>A unique value in the form it is compared in.</summary>
    public static string Stored(ObjectModel model, string value, string property) =>
        model.Records.IsEmail(property) ? value.Trim().ToLowerInvariant() : value;

    private static bool IsId(string? idProperty) => idProperty is null or "hs_object_id";

    private CrmRecord? ByValue(ObjectModel model, string value, string property)
    {
        var stored = Stored(model, value, property);
        var found = model.Records.OwnerOf(property, stored);
        var byOther = found is not null && model.Records.IsEmail(property) && found.State.Value("email") != stored;
        return byOther && !world.Switches.SecondaryEmailResolves ? null : found;
    }
}
