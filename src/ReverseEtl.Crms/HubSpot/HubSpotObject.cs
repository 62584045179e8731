using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>What is special about an object type, which may be given by plural name or by type id.</summary>
/// <param name="Type">As it stands in paths.</param>
internal sealed record HubSpotObject(string Type)
{
    /// <summary>The property every record has.</summary>
    public const string RecordId = "hs_object_id";

    /// <summary>On the survivor of a merge: the ids that went into it, joined by <c>;</c>.</summary>
    public const string MergedIds = "hs_merged_object_ids";

    /// <summary>The user who changed the record last; empty when no user did.</summary>
    public const string UpdatedBy = "hs_updated_by_user_id";

    /// <summary>Further addresses of a contact, joined by <c>;</c>; they find it as its main address does.</summary>
    public const string MoreEmails = "hs_additional_emails";

    /// <summary>A contact's address, which HubSpot keeps unique, trimmed and in lower case.</summary>
    public const string Email = "email";

    // Reference §0.2.
    private static readonly (string Plural, string Singular, string TypeId)[] Names =
    [
        ("contacts", "contact", "0-1"), ("companies", "company", "0-2"), ("deals", "deal", "0-3"), ("tickets", "ticket", "0-5"),
        ("products", "product", "0-7"), ("line_items", "line_item", "0-8"), ("quotes", "quote", "0-14"),
        ("communications", "communication", "0-18"), ("tasks", "task", "0-27"), ("notes", "note", "0-46"), ("meetings", "meeting", "0-47"),
        ("calls", "call", "0-48"), ("emails", "email", "0-49"), ("invoices", "invoice", "0-53"), ("orders", "order", "0-123"),
        ("leads", "lead", "0-136"),
    ];

    private static readonly Dictionary<string, string> TypeIds = Names
        .SelectMany(name => new[] { (Word: name.Plural, name.TypeId), (Word: name.Singular, name.TypeId) })
        .ToDictionary(name => name.Word, name => name.TypeId, StringComparer.OrdinalIgnoreCase);

    /// <summary>HubSpot's own objects, which every account has.</summary>
    public static IReadOnlyList<ObjectName> Standard { get; } =
        [.. Names.Select(name => new ObjectName(name.Plural, [name.Singular, name.TypeId]))];

    /// <summary>The type id of a standard object by its singular or plural name; null for a name that is none of these.</summary>
    public static string? TypeId(string name) => TypeIds.GetValueOrDefault(name);

    /// <summary>Whether a type id is that of an object which <see cref="TypeId"/> knows by name.</summary>
    public static bool IsStandard(string typeId) => TypeIds.ContainsValue(typeId);

    /// <summary>Contacts differ from all other types in their last-modified property and in their unique address.</summary>
    public bool IsContact => Type.ToLowerInvariant() is "0-1" or "contacts" or "contact";

    /// <summary>
    /// The property that moves with every change. Contacts have the other one as well, but a search by it answers nonsense.
    /// </summary>
    public string LastModified => IsContact ? "lastmodifieddate" : "hs_lastmodifieddate";

    /// <summary>
    /// Whether a new record has to have the property (reference §2.2). Of contacts and companies any one of several will do, and what others need is
    /// up to the account.
    /// </summary>
    public bool Requires(string property) => (TypeId(Type) ?? Type) switch
    {
        "0-3" => property is "dealname" or "dealstage" or "pipeline",
        "0-5" => property is "subject" or "hs_pipeline_stage" or "hs_pipeline",
        _ => false,
    };

    /// <summary>Whether the key is the contact's address.</summary>
    public bool IsEmailKey(string keyField) => IsContact && Same(keyField, Email);

    /// <summary>The form in which HubSpot keeps and compares a key.</summary>
    public string NormalKey(string keyField, string key) => IsEmailKey(keyField) ? key.Trim().ToLowerInvariant() : key.Trim();

    /// <summary>Property names compare without case.</summary>
    public static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    /// <summary>The ids of a <c>;</c>-joined list.</summary>
    public static IReadOnlyList<string> SplitIds(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Compares decimal ids as numbers of any length; they exceed what a double can hold.</summary>
    public static int CompareIds(string a, string b)
    {
        var x = a.AsSpan().TrimStart('0');
        var y = b.AsSpan().TrimStart('0');
        return x.Length != y.Length ? x.Length.CompareTo(y.Length) : x.SequenceCompareTo(y);
    }
}
