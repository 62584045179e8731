using ReverseEtl.Core.Mappings;
using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Cycles;

/// <summary>A small mapping of people to HubSpot contacts that tests vary.</summary>
internal static class PeopleMapping
{
    public const string Table = """
        create table people (
            id text primary key, email text, first_name text, last_name text, phone text, job_title text, lead_score int, segment text,
            interests text[], newsletter boolean, city text, updated_at timestamptz not null default clock_timestamp());
        """;

    public static Mapping Mapping { get; } = new()
    {
        Name = "people",
        Warehouse = new WarehouseSide { Connection = "main", Kind = SourceKind.Table, Source = "people", Key = ["id"], ChangedAt = "updated_at", WriteTo = "people" },
        Crm = new CrmSide { Connection = "hubspot", Object = "contacts", Key = "warehouse_id" },
        Match = [new MatchRule("email", "email", MatchAs.Email)],
        Fields =
        [
            Field("email", "email", FieldOwner.Warehouse),
            Field("first_name", "firstname", FieldOwner.Warehouse),
            Field("last_name", "lastname", FieldOwner.Warehouse),
            Field("lead_score", "lead_score", FieldOwner.Warehouse),
            Field("segment", "segment", FieldOwner.Warehouse),
            Field("phone", "phone", FieldOwner.Shared, ConflictPolicy.NewestWins),
            Field("job_title", "jobtitle", FieldOwner.Shared),
            Field("interests", "interests", FieldOwner.Shared, ConflictPolicy.Union),
            Field("newsletter", "newsletter", FieldOwner.Crm),
        ],
    };

    public static FieldMapping Field(string warehouse, string crm, FieldOwner owner, ConflictPolicy policy = ConflictPolicy.Review, DriftRule drift = DriftRule.Revert) =>
        new() { Warehouse = warehouse, Crm = crm, Owner = owner, OnConflict = policy, OnDrift = drift };

    /// <summary>The mapping with one field changed.</summary>
    public static Mapping With(Func<FieldMapping, FieldMapping> change, string crmField) =>
        Mapping with { Fields = [.. Mapping.Fields.Select(f => f.Crm == crmField ? change(f) : f)] };

    public static async Task<World> WorldAsync()
    {
        var world = await World.StartAsync();
        await world.SqlAsync(Table);
        return world;
    }
}
