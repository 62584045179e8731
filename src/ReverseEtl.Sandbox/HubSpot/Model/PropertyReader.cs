namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Reads one property from a snapshot of a record.</summary>
internal delegate string? PropertyReader(CrmRecord record, RecordState state);

/// <summary>How each property is read: most are stored, those that HubSpot keeps itself are computed here.</summary>
internal static class PropertyReaders
{
    public static PropertyReader For(ObjectType type, string name)
    {
        if (name == type.LastModified)
        {
            return (_, state) => Instant.Text(state.UpdatedAt);
        }

        return name switch
        {
            "hs_object_id" => (record, _) => record.IdText,
            "createdate" or "hs_createdate" => (record, _) => Instant.Text(record.CreatedAt),
            // Contacts do have this property, but HubSpot does not maintain it: filters on it find nothing.
            "hs_lastmodifieddate" => (_, _) => null,
            "hs_object_source" => (record, _) => record.Origin.Type,
            "hs_object_source_id" => (record, _) => record.Origin.Id,
            "hs_object_source_label" => (record, _) => record.Origin.Type,
            "hs_object_source_detail_1" => (record, _) => record.Origin.Label,
            "hs_object_source_user_id" or "hs_created_by_user_id" => (record, _) => record.Origin.UserId?.ToString(),
            "hs_updated_by_user_id" => (_, state) => state.UpdatedBy?.ToString(),
            "hs_email_domain" => (_, state) => state.Value("email") is { Length: > 0 } email
                ? email[(email.IndexOf('@') + 1)..]
                : null,
            "hs_full_name_or_email" => (_, state) => FullName(state),
            "hs_searchable_calculated_phone_number" => (_, state) => SearchablePhone(state.Value("phone")),
            "hs_searchable_calculated_mobile_number" => (_, state) => SearchablePhone(state.Value("mobilephone")),
            _ => (_, state) => state.Value(name),
        };
    }

    /// <summary>The number without country code: HubSpot searches the national digits only.</summary>
    private static string? SearchablePhone(string? phone)
    {
        var digits = string.Concat((phone ?? "").Where(char.IsAsciiDigit));
        return digits.Length == 0 ? null : digits[^Math.Min(10, digits.Length)..];
    }

    private static string? FullName(RecordState state)
    {
        var name = $"{state.Value("firstname")} {state.Value("lastname")}".Trim();
        return name.Length > 0 ? name : state.Value("email");
    }
}
