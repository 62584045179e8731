namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What a type says about two records that have it.</summary>
internal enum AssociationRole
{
    /// <summary>They belong together; every pair has this one, whatever else it has.</summary>
    Plain,

    /// <summary>The company is the other record's first one; a record has at most one.</summary>
    Primary,

    /// <summary>A label that somebody gave.</summary>
    Label,
}

/// <summary>One kind of association in one direction; the other direction is a type of its own.</summary>
/// <param name="Category"><c>HUBSPOT_DEFINED</c> or <c>USER_DEFINED</c>.</param>
/// <param name="Id">Type id, unique in the account here; HubSpot's own are unique within a category.</param>
/// <param name="From">Object type id.</param>
/// <param name="To">Object type id.</param>
/// <param name="Name">As single reads of records show it, e.g. <c>contact_to_company</c>.</param>
/// <param name="Label">As people see it; null for the plain one.</param>
/// <param name="Inverse">The type id of the other direction; its own for some between records of one type.</param>
/// <param name="Role">What it says.</param>
internal sealed record AssociationType(
    string Category, int Id, string From, string To, string Name, string? Label, int Inverse, AssociationRole Role)
{
    public const string HubSpotDefined = "HUBSPOT_DEFINED";
    public const string UserDefined = "USER_DEFINED";

    private const string Contact = "0-1";
    private const string Company = "0-2";
    private const string Deal = "0-3";
    private const string Ticket = "0-5";
    private const string LineItem = "0-8";
    private const string Quote = "0-14";
    private const string Invoice = "0-53";
    private const string Order = "0-123";
    private const string Lead = "0-136";

    /// <summary>HubSpot's own types between the standard objects (reference §6; those of other objects as HubSpot's public list has them).</summary>
    public static IReadOnlyList<AssociationType> Standard { get; } =
    [
        .. Pair(Contact, Company, 279, 280, "contact_to_company_unlabeled", "company_to_contact_unlabeled"),
        .. Pair(Contact, Company, 1, 2, "contact_to_company", "company_to_contact", AssociationRole.Primary),
        .. Pair(Deal, Company, 341, 342, "deal_to_company_unlabeled", "company_to_deal_unlabeled"),
        .. Pair(Deal, Company, 5, 6, "deal_to_company", "company_to_deal", AssociationRole.Primary),
        .. Pair(Ticket, Company, 339, 340, "ticket_to_company_unlabeled", "company_to_ticket_unlabeled"),
        .. Pair(Ticket, Company, 26, 25, "ticket_to_company", "company_to_ticket", AssociationRole.Primary),
        .. Pair(Contact, Deal, 4, 3, "contact_to_deal", "deal_to_contact"),
        .. Pair(Contact, Ticket, 15, 16, "contact_to_ticket", "ticket_to_contact"),
        .. Pair(Deal, Ticket, 27, 28, "deal_to_ticket", "ticket_to_deal"),
        .. Pair(Deal, LineItem, 19, 20, "deal_to_line_item", "line_item_to_deal"),
        .. Pair(Deal, Quote, 63, 64, "deal_to_quote", "quote_to_deal"),
        .. Pair(Quote, LineItem, 67, 68, "quote_to_line_item", "line_item_to_quote"),
        .. Pair(Quote, Contact, 69, 70, "quote_to_contact", "contact_to_quote"),
        .. Pair(Quote, Company, 71, 72, "quote_to_company", "company_to_quote"),
        .. Pair(Invoice, Deal, 175, 176, "invoice_to_deal", "deal_to_invoice"),
        .. Pair(Invoice, Contact, 177, 178, "invoice_to_contact", "contact_to_invoice"),
        .. Pair(Invoice, Company, 179, 180, "invoice_to_company", "company_to_invoice"),
        .. Pair(Order, Contact, 507, 508, "order_to_contact", "contact_to_order"),
        .. Pair(Order, Company, 509, 510, "order_to_company", "company_to_order"),
        .. Pair(Order, Deal, 512, 511, "order_to_deal", "deal_to_order"),
        .. Pair(Lead, Contact, 578, 579, "lead_to_contact", "contact_to_lead"),
        .. Pair(Lead, Company, 610, 611, "lead_to_company", "company_to_lead"),
        .. Activity("0-48", "call", 194, 193, 182, 181, 206, 205, 220, 219),
        .. Activity("0-49", "email", 198, 197, 186, 185, 210, 209, 224, 223),
        .. Activity("0-47", "meeting", 200, 199, 188, 187, 212, 211, 226, 225),
        .. Activity("0-46", "note", 202, 201, 190, 189, 214, 213, 228, 227),
        .. Activity("0-27", "task", 204, 203, 192, 191, 216, 215, 230, 229),
        .. Activity("0-18", "communication", 81, 82, 87, 88, 85, 86, 83, 84),
        new(HubSpotDefined, 449, Contact, Contact, "contact_to_contact", null, 449, AssociationRole.Plain),
        new(HubSpotDefined, 450, Company, Company, "company_to_company", null, 450, AssociationRole.Plain),
        new(HubSpotDefined, 451, Deal, Deal, "deal_to_deal", null, 451, AssociationRole.Plain),
        new(HubSpotDefined, 13, Company, Company, "parent_to_child_company", "Child Company", 14, AssociationRole.Label),
        new(HubSpotDefined, 14, Company, Company, "child_to_parent_company", "Parent Company", 13, AssociationRole.Label),
    ];

    /// <summary>A record has at most one primary company; the company may be that of many.</summary>
    public bool LeadsToTheOne => Role is AssociationRole.Primary && To == Company;

    /// <summary>What an activity is linked to. The ids stand in pairs, that from the activity first: contact, company, deal, ticket.</summary>
    private static IEnumerable<AssociationType> Activity(string type, string name, params int[] ids) =>
        new[] { (Contact, "contact"), (Company, "company"), (Deal, "deal"), (Ticket, "ticket") }.SelectMany(
            (to, i) => Pair(type, to.Item1, ids[2 * i], ids[(2 * i) + 1], $"{name}_to_{to.Item2}", $"{to.Item2}_to_{name}"));

    private static AssociationType[] Pair(
        string from, string to, int id, int inverse, string name, string inverseName, AssociationRole role = AssociationRole.Plain)
    {
        var label = role is AssociationRole.Primary ? "Primary" : null;
        return
        [
            new(HubSpotDefined, id, from, to, name, label, inverse, role),
            new(HubSpotDefined, inverse, to, from, inverseName, label, id, role),
        ];
    }
}
