namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What HubSpot fixes about one kind of record.</summary>
/// <param name="Id">The type id, e.g. <c>0-1</c>.</param>
/// <param name="Plural">The name in paths, e.g. <c>contacts</c>.</param>
/// <param name="Singular">The name in messages, e.g. <c>contact</c>.</param>
/// <param name="LastModified">The property holding the record's last change: <c>lastmodifieddate</c> for contacts only.</param>
/// <param name="Defaults">Properties of a read that asks for none.</param>
/// <param name="Required">On create, at least one property of every group.</param>
/// <param name="Searchable">Properties that the free-text <c>query</c> of a search looks at.</param>
/// <param name="MergeSource">The <c>sourceType</c> of values set by a merge.</param>
internal sealed record ObjectType(
    string Id,
    string Plural,
    string Singular,
    string LastModified,
    IReadOnlyList<string> Defaults,
    IReadOnlyList<IReadOnlyList<string>> Required,
    IReadOnlyList<string> Searchable,
    string MergeSource)
{
    /// <summary>The standard types that the sandbox has.</summary>
    public static IReadOnlyList<ObjectType> Standard { get; } =
    [
        new("0-1", "contacts", "contact", "lastmodifieddate",
            ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
            [["email", "firstname", "lastname"]],
            ["email", "firstname", "lastname", "phone", "company", "hs_additional_emails"], "MERGE_CONTACTS"),
        new("0-2", "companies", "company", "hs_lastmodifieddate",
            ["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
            [["name", "domain"]], ["name", "domain", "website", "phone"], "MERGE_COMPANIES"),
        new("0-3", "deals", "deal", "hs_lastmodifieddate",
            ["amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline"],
            [["dealname"], ["dealstage"], ["pipeline"]], ["dealname", "description"], "MERGE_OBJECTS"),
        new("0-5", "tickets", "ticket", "hs_lastmodifieddate",
            [
                "content", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_pipeline", "hs_pipeline_stage",
                "hs_ticket_category", "hs_ticket_priority", "subject",
            ],
            [["subject"], ["hs_pipeline_stage"], ["hs_pipeline"]], ["subject", "content"], "MERGE_OBJECTS"),
        Plain("0-7", "products", "product", ["createdate", "description", "name", "price"], "name", "description", "hs_sku"),
        Plain("0-8", "line_items", "line_item", ["amount", "createdate", "price", "quantity"], "name"),
        Plain("0-14", "quotes", "quote", ["hs_createdate", "hs_expiration_date", "hs_public_url_key", "hs_status", "hs_title"], "hs_title"),
        Plain("0-18", "communications", "communication", ["hs_createdate"], "hs_communication_body"),
        Plain("0-27", "tasks", "task", ["hs_createdate"], "hs_task_subject", "hs_task_body"),
        Plain("0-46", "notes", "note", ["hs_createdate"], "hs_note_body"),
        Plain("0-47", "meetings", "meeting", ["hs_createdate"], "hs_meeting_title", "hs_meeting_body"),
        Plain("0-48", "calls", "call", ["hs_createdate"], "hs_call_title", "hs_call_body"),
        Plain("0-49", "emails", "email", ["hs_createdate"], "hs_email_subject"),
        Plain("0-53", "invoices", "invoice", ["hs_createdate"], "hs_number"),
        Plain("0-123", "orders", "order", ["hs_createdate"], "hs_order_name"),
        Plain("0-136", "leads", "lead", ["hs_createdate"], "hs_lead_name"),
    ];

    /// <summary>Properties in every answer, asked for or not.</summary>
    public IReadOnlyList<string> Always { get; } = [Defaults.Contains("createdate") ? "createdate" : "hs_createdate", "hs_object_id", LastModified];

    /// <summary>The account defined it itself.</summary>
    public bool IsCustom => Id.StartsWith("2-", StringComparison.Ordinal);

    /// <summary>Whether two records can be made one; the generic objects API has no such call.</summary>
    public bool CanMerge => IsCustom || Plural is "contacts" or "companies" or "deals" or "tickets";

    /// <summary>A type that the account defined itself.</summary>
    /// <param name="number">Its number in the account.</param>
    /// <param name="portalId">The account.</param>
    /// <param name="name">Its internal name.</param>
    public static ObjectType Custom(int number, long portalId, string name) => new(
        $"2-{number}", $"p{portalId}_{name}", name, "hs_lastmodifieddate",
        ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"], [], [], "MERGE_OBJECTS");

    /// <summary>A type without rules of its own.</summary>
    private static ObjectType Plain(string id, string plural, string singular, IReadOnlyList<string> shown, params string[] searchable) => new(
        id, plural, singular, "hs_lastmodifieddate", [.. shown.Concat(["hs_lastmodifieddate", "hs_object_id"]).Order(StringComparer.Ordinal)],
        [], searchable, "MERGE_OBJECTS");

    /// <summary>Contacts alone have an identity by e-mail address.</summary>
    public bool HasEmailIdentity => Id == "0-1";
}
