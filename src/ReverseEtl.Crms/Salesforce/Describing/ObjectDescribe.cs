using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Crms.Salesforce.Describing;

/// <summary>What the connector needs to know of an object, beyond its schema.</summary>
/// <param name="Schema">The fields that can be mapped.</param>
/// <param name="Names">All fields, those that cannot be mapped included; names compare without case.</param>
/// <param name="Relations">Reference fields by the name under which a path goes through them.</param>
/// <param name="HasMasterRecord">Whether records of the object can be merged.</param>
/// <param name="CaseSensitive">Fields whose values differ by case alone.</param>
internal sealed record ObjectDescribe(
    SideSchema Schema,
    IReadOnlySet<string> Names,
    IReadOnlyDictionary<string, FieldSchema> Relations,
    bool HasMasterRecord,
    IReadOnlySet<string> CaseSensitive)
{
    /// <summary>Formulas and roll-ups: they change without a stamp that moves (§6.1).</summary>
    public IReadOnlySet<string> Calculated { get; init; } = NoNames;

    /// <summary>Encrypted fields, and the character that hides them from users who may not see them; null when it is not told.</summary>
    public IReadOnlyDictionary<string, char?> Masks { get; init; } = new Dictionary<string, char?>();

    /// <summary>Reference fields that may lead to records of several objects.</summary>
    public IReadOnlySet<string> Polymorphic { get; init; } = NoNames;

    /// <summary>Ids of the record types that the user may give, by developer name without case.</summary>
    public IReadOnlyDictionary<string, string> RecordTypes { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether <c>updated</c> and <c>deleted</c> work for the object.</summary>
    public bool Replicateable { get; init; }

    /// <summary>Whether records of the object can be turned into others; only leads can.</summary>
    public bool HasConversion => Names.Contains("IsConverted") && Names.Contains("ConvertedContactId");

    private static readonly HashSet<string> NoNames = [];

    // What a query can see behind a reference that may lead to several objects: the fields of Salesforce's object Name.
    private static readonly HashSet<string> NamesInCommon = new(StringComparer.OrdinalIgnoreCase)
    {
        "Id", "Name", "Alias", "Email", "FirstName", "LastName", "MiddleName", "Suffix", "NameOrAlias", "IsActive", "Phone", "Title", "Type", "Username",
        "Profile", "ProfileId", "RecordTypeId", "UserRole", "UserRoleId",
    };

    /// <summary>Whether a field or the first step of a path is visible.</summary>
    public bool Sees(string path) =>
        path.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? Relations.ContainsKey(path[..dot]) : Names.Contains(path);

    /// <summary>Whether a query takes a path through a reference that may lead to several objects; null when it is no such path.</summary>
    public bool? SelectsInCommon(string path) =>
        path.Split('.') is [var relation, var next, ..] && Relations.TryGetValue(relation, out var reference) && Polymorphic.Contains(reference.Name)
            ? NamesInCommon.Contains(next)
            : null;
}
