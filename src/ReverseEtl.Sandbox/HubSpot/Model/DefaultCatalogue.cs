namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The properties an account starts with: a realistic part of HubSpot's own, and the custom ones of the examples.</summary>
/// <remarks>
/// One property a line: <c>name | label | type | fieldType | flags | options</c>. Flags: <c>r</c> read-only value, <c>c</c> calculated,
/// <c>u</c> unique, <c>o</c> options are the owners, <c>a</c> refers to a company, <c>x</c> custom. An option is <c>value=label</c>.
/// </remarks>
internal static class DefaultCatalogue
{
    private const string Stages =
        "subscriber=Subscriber, lead=Lead, marketingqualifiedlead=Marketing Qualified Lead, salesqualifiedlead=Sales Qualified Lead, "
        + "opportunity=Opportunity, customer=Customer, evangelist=Evangelist, other=Other";

    private const string Common = """
        createdate | Create Date | datetime | date | r
        hs_createdate | Object create date/time | datetime | date | r
        hs_lastmodifieddate | Object last modified date/time | datetime | date | r
        hs_object_id | Record ID | number | number | r
        hs_merged_object_ids | Merged record IDs | enumeration | checkbox | ro
        hs_object_source | Record creation source | string | text | r
        hs_object_source_id | Record creation source ID | string | text | r
        hs_object_source_label | Record source | string | text | r
        hs_object_source_detail_1 | Record source detail 1 | string | text | r
        hs_object_source_detail_2 | Record source detail 2 | string | text | r
        hs_object_source_detail_3 | Record source detail 3 | string | text | r
        hs_object_source_user_id | Record creation source user ID | number | number | r
        hs_created_by_user_id | Created by user ID | number | number | r
        hs_updated_by_user_id | Updated by user ID | number | number | r
        hubspot_owner_id | Owner | enumeration | select | o
        hubspot_owner_assigneddate | Owner Assigned Date | datetime | date | r
        num_notes | Number of Sales Activities | number | number | r
        notes_last_updated | Last Activity Date | datetime | date | r
        """;

    private const string Contacts = $"""
        email | Email | string | text | u
        firstname | First Name | string | text |
        lastname | Last Name | string | text |
        phone | Phone Number | string | phonenumber |
        mobilephone | Mobile Phone Number | string | phonenumber |
        fax | Fax Number | string | text |
        salutation | Salutation | string | text |
        work_email | Work email | string | text |
        twitterhandle | Twitter Username | string | text |
        numemployees | Number of Employees | string | text |
        closedate | Close Date | datetime | date |
        company | Company Name | string | text |
        jobtitle | Job Title | string | text |
        website | Website URL | string | text |
        address | Street Address | string | text |
        city | City | string | text |
        state | State/Region | string | text |
        zip | Postal Code | string | text |
        country | Country/Region | string | text |
        date_of_birth | Date of birth | string | text |
        industry | Industry | string | text |
        annualrevenue | Annual Revenue | string | text |
        message | Message | string | textarea |
        lifecyclestage | Lifecycle Stage | enumeration | radio | | {Stages}
        hs_lead_status | Lead Status | enumeration | radio | | NEW=New, OPEN=Open, IN_PROGRESS=In Progress, UNQUALIFIED=Unqualified, CONNECTED=Connected, BAD_TIMING=Bad Timing
        hs_additional_emails | Additional email addresses | enumeration | checkbox | ro
        associatedcompanyid | Primary Associated Company ID | number | number | ra
        lastmodifieddate | Last Modified Date | datetime | date | r
        hs_email_domain | Email Domain | string | text | c
        hs_full_name_or_email | Full name or email | string | calculation_equation | c
        hs_searchable_calculated_phone_number | Calculated phone number for search | string | calculation_equation | c
        hs_searchable_calculated_mobile_number | Calculated mobile number for search | string | calculation_equation | c
        hs_is_unworked | Contact unworked | bool | calculation_equation | c
        warehouse_id | Warehouse ID | string | text | ux
        lead_score | Lead score | number | number | x
        segment | Segment | enumeration | select | x | enterprise=Enterprise, mid_market=Mid market, smb=SMB
        interests | Interests | enumeration | checkbox | x | analytics=Analytics, automation=Automation, support=Support, training=Training
        trial_ends | Trial ends | date | date | x
        last_seen_at | Last seen | datetime | date | x
        newsletter | Newsletter | bool | booleancheckbox | x | true=Yes, false=No
        """;

    private const string Companies = $"""
        name | Company name | string | text |
        domain | Company Domain Name | string | text |
        website | Website URL | string | text |
        phone | Phone Number | string | phonenumber |
        address | Street Address | string | text |
        address2 | Street Address 2 | string | text |
        city | City | string | text |
        state | State/Region | string | text |
        zip | Postal Code | string | text |
        country | Country/Region | string | text |
        timezone | Time Zone | string | text |
        twitterhandle | Twitter Handle | string | text |
        about_us | About Us | string | textarea |
        is_public | Is Public | bool | booleancheckbox | | true=True, false=False
        total_money_raised | Total Money Raised | string | text |
        closedate | Close Date | datetime | date |
        description | Description | string | textarea |
        industry | Industry | enumeration | select | | ACCOUNTING=Accounting, BANKING=Banking, COMPUTER_SOFTWARE=Computer Software, CONSTRUCTION=Construction, HOSPITAL_HEALTH_CARE=Hospital & Health Care, INTERNET=Internet, RETAIL=Retail, TELECOMMUNICATIONS=Telecommunications
        type | Type | enumeration | select | | PROSPECT=Prospect, PARTNER=Partner, RESELLER=Reseller, VENDOR=Vendor, OTHER=Other
        lifecyclestage | Lifecycle Stage | enumeration | radio | | {Stages}
        numberofemployees | Number of Employees | number | number |
        annualrevenue | Annual Revenue | number | number |
        founded_year | Year Founded | string | text |
        hs_additional_domains | Additional Domains | enumeration | checkbox | ro
        hs_parent_company_id | Parent Company | number | number | ra
        num_associated_contacts | Number of Associated Contacts | number | number | r
        hs_searchable_calculated_phone_number | Calculated phone number for search | string | calculation_equation | c
        days_to_close | Days to Close | number | number | c
        warehouse_id | Warehouse ID | string | text | ux
        health_score | Health score | number | number | x
        """;

    private const string Deals = """
        dealname | Deal Name | string | text |
        amount | Amount | number | number |
        closedate | Close Date | datetime | date |
        description | Deal Description | string | textarea |
        dealtype | Deal Type | enumeration | radio | | newbusiness=New Business, existingbusiness=Existing Business
        pipeline | Pipeline | enumeration | select | | default=Sales Pipeline
        dealstage | Deal Stage | enumeration | radio | | appointmentscheduled=Appointment Scheduled, qualifiedtobuy=Qualified To Buy, presentationscheduled=Presentation Scheduled, decisionmakerboughtin=Decision Maker Bought-In, contractsent=Contract Sent, closedwon=Closed Won, closedlost=Closed Lost
        hs_priority | Priority | enumeration | select | | low=Low, medium=Medium, high=High
        hs_next_step | Next step | string | text |
        deal_currency_code | Currency | enumeration | select | | EUR=Euro, USD=US Dollar, GBP=British Pound
        closed_won_reason | Closed Won Reason | string | textarea |
        closed_lost_reason | Closed Lost Reason | string | textarea |
        hs_deal_stage_probability | Deal probability | number | number | r
        hs_is_closed | Is Deal Closed? | bool | calculation_equation | c
        hs_forecast_amount | Forecast amount | number | number |
        num_associated_contacts | Number of Associated Contacts | number | number | r
        days_to_close | Days to close | number | calculation_equation | c
        """;

    private const string Tickets = """
        subject | Ticket name | string | text |
        content | Ticket description | string | textarea |
        hs_pipeline | Pipeline | enumeration | select | | 0=Support Pipeline
        hs_pipeline_stage | Ticket status | enumeration | select | | 1=New, 2=Waiting on contact, 3=Waiting on us, 4=Closed
        hs_ticket_category | Category | enumeration | checkbox | | PRODUCT_ISSUE=Product Issue, BILLING_ISSUE=Billing Issue, FEATURE_REQUEST=Feature Request, GENERAL_INQUIRY=General Inquiry
        hs_ticket_priority | Priority | enumeration | select | | LOW=Low, MEDIUM=Medium, HIGH=High, URGENT=Urgent
        hs_resolution | Resolution | enumeration | select | | ISSUE_FIXED=Issue fixed, FEATURE_REQUEST_TRACKED=Feature request tracked
        source_type | Source | enumeration | select | | CHAT=Chat, EMAIL=Email, FORM=Form, PHONE=Phone
        closed_date | Close date | datetime | date |
        hs_is_closed | Is Ticket Closed? | bool | calculation_equation | c
        """;

    private const string Timestamp = "hs_timestamp | Activity date | datetime | date |";

    /// <summary>The properties of all other types, by plural name.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["products"] = """
            name | Name | string | text |
            description | Product description | string | textarea |
            price | Unit price | number | number |
            hs_sku | SKU | string | text |
            hs_cost_of_goods_sold | Unit cost | number | number |
            """,
        ["line_items"] = """
            name | Name | string | text |
            description | Description | string | textarea |
            price | Unit price | number | number |
            quantity | Quantity | number | number |
            discount | Discount | number | number |
            amount | Net price | number | number | c
            hs_product_id | Product ID | number | number |
            hs_sku | SKU | string | text |
            """,
        ["quotes"] = """
            hs_title | Title | string | text |
            hs_expiration_date | Expiration date | datetime | date |
            hs_status | Status | enumeration | select | | DRAFT=Draft, PENDING_APPROVAL=Pending approval, APPROVED=Approved, REJECTED=Rejected
            hs_public_url_key | Public URL key | string | text | r
            hs_currency | Currency | string | text |
            """,
        ["communications"] = $"""
            {Timestamp}
            hs_communication_channel_type | Channel type | enumeration | select | | WHATS_APP=WhatsApp, LINKEDIN_MESSAGE=LinkedIn, SMS=SMS
            hs_communication_logged_from | Logged from | enumeration | select | | CRM=CRM
            hs_communication_body | Body | string | html |
            """,
        ["tasks"] = $"""
            {Timestamp}
            hs_task_subject | Title | string | text |
            hs_task_body | Notes | string | html |
            hs_task_status | Status | enumeration | select | | NOT_STARTED=Not started, IN_PROGRESS=In progress, WAITING=Waiting, COMPLETED=Completed, DEFERRED=Deferred
            hs_task_priority | Priority | enumeration | select | | NONE=None, LOW=Low, MEDIUM=Medium, HIGH=High
            hs_task_type | Type | enumeration | select | | TODO=To-do, CALL=Call, EMAIL=Email
            """,
        ["notes"] = $"""
            {Timestamp}
            hs_note_body | Note body | string | html |
            """,
        ["meetings"] = $"""
            {Timestamp}
            hs_meeting_title | Name | string | text |
            hs_meeting_body | Description | string | html |
            hs_meeting_start_time | Start time | datetime | date |
            hs_meeting_end_time | End time | datetime | date |
            hs_meeting_location | Location | string | text |
            hs_meeting_outcome | Outcome | enumeration | select | | SCHEDULED=Scheduled, COMPLETED=Completed, RESCHEDULED=Rescheduled, NO_SHOW=No show, CANCELED=Canceled
            """,
        ["calls"] = $"""
            {Timestamp}
            hs_call_title | Call title | string | text |
            hs_call_body | Call notes | string | html |
            hs_call_direction | Call direction | enumeration | select | | INBOUND=Inbound, OUTBOUND=Outbound
            hs_call_duration | Call duration | number | number |
            hs_call_status | Call status | enumeration | select | | BUSY=Busy, COMPLETED=Completed, FAILED=Failed, NO_ANSWER=No answer
            """,
        ["emails"] = $"""
            {Timestamp}
            hs_email_subject | Email subject | string | text |
            hs_email_text | Email body | string | textarea |
            hs_email_html | Email HTML body | string | html |
            hs_email_direction | Email direction | enumeration | select | | EMAIL=Sent, INCOMING_EMAIL=Incoming, FORWARDED_EMAIL=Forwarded
            hs_email_status | Email status | enumeration | select | | SENT=Sent, FAILED=Failed, SCHEDULED=Scheduled
            """,
        ["invoices"] = """
            hs_number | Number | string | text | r
            hs_currency | Currency | string | text |
            hs_invoice_date | Invoice date | datetime | date |
            hs_due_date | Due date | datetime | date |
            hs_purchase_order_number | Purchase order number | string | text |
            """,
        ["orders"] = """
            hs_order_name | Order name | string | text |
            hs_currency_code | Currency code | string | text |
            hs_total_price | Total price | number | number |
            hs_fulfillment_status | Fulfillment status | string | text |
            """,
        ["leads"] = """
            hs_lead_name | Lead name | string | text |
            hs_lead_type | Lead type | enumeration | select | | NEW_BUSINESS=New business, UPSELL=Upsell
            hs_lead_label | Lead label | enumeration | select | | HOT=Hot, WARM=Warm, COLD=Cold
            """,
    };

    /// <summary>A fresh catalogue of the given type.</summary>
    public static PropertyCatalogue For(ObjectType type, DateTimeOffset at)
    {
        var catalogue = new PropertyCatalogue();
        var group = GroupOf(type.Singular);
        catalogue.Put(new PropertyGroup(group, $"{char.ToUpperInvariant(type.Singular[0])}{type.Singular[1..]} information"));
        var own = type.Plural switch
        {
            "contacts" => Contacts,
            "companies" => Companies,
            "deals" => Deals,
            "tickets" => Tickets,
            var plural => Others.GetValueOrDefault(plural, ""),
        };
        foreach (var line in (Common + "\n" + own).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            catalogue.Put(Parse(line, group, at));
        }

        return catalogue;
    }

    /// <summary>The group in which a type's first properties stand.</summary>
    public static string GroupOf(string singular) => $"{singular}information";

    private static PropertyDefinition Parse(string line, string group, DateTimeOffset at)
    {
        var parts = line.Split('|', StringSplitOptions.TrimEntries);
        var flags = parts[4];
        var custom = flags.Contains('x');
        return new PropertyDefinition(parts[0], parts[1], parts[2], parts[3], group)
        {
            HasUniqueValue = flags.Contains('u'),
            Calculated = flags.Contains('c'),
            ReadOnlyValue = flags.Contains('r'),
            HubspotDefined = !custom,
            ExternalOptions = flags.Contains('o'),
            ReferencedObjectType = flags.Contains('a') ? "COMPANY" : parts[0] == "hubspot_owner_id" ? "OWNER" : null,
            FormField = !flags.Contains('r') && !flags.Contains('c'),
            Options = parts.Length > 5 ? Options(parts[5]) : [],
            CreatedAt = at,
            UpdatedAt = at,
        };
    }

    private static List<PropertyOption> Options(string text) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries).Select((option, i) =>
        {
            var eq = option.IndexOf('=');
            return new PropertyOption(option[..eq], option[(eq + 1)..], i);
        }),
    ];
}
