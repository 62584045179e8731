namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The scopes that endpoints ask for; any one of a list will do.</summary>
internal static class Scopes
{
    public static IReadOnlyList<string> For(ApiPath path, ObjectModel? model, bool writes)
    {
        var access = writes ? "write" : "read";
        var name = model switch
        {
            { Schema: not null } => "custom",

            // Activities have no scope of their own; they go by that of contacts.
            { Type.Plural: "calls" or "communications" or "emails" or "meetings" or "notes" or "tasks" } => "contacts",
            _ => model?.Type.Plural,
        };
        return (path.Family, name) switch
        {
            (ApiFamily.Owners, _) => ["crm.objects.owners.read"],
            (ApiFamily.Lists, _) => [$"crm.lists.{access}"],
            (ApiFamily.Schemas, _) => [$"crm.schemas.custom.{access}"],

            // Associations have no scope of their own; those of the records count.
            (ApiFamily.Objects or ApiFamily.Associations or ApiFamily.RecordAssociations or ApiFamily.Pipelines, "tickets") =>
                [$"crm.objects.tickets.{access}", "tickets"],
            (ApiFamily.Objects or ApiFamily.Associations or ApiFamily.RecordAssociations, not null) => [$"crm.objects.{name}.{access}"],
            (ApiFamily.Pipelines, not null) => [$"crm.objects.{name}.{access}", $"crm.schemas.{name}.{access}"],
            (ApiFamily.Properties or ApiFamily.PropertyValidations, not null) => [$"crm.schemas.{name}.{access}"],
            _ => [],
        };
    }

    public static Failure Missing(IReadOnlyList<string> scopes) => new(
        403, "MISSING_SCOPES",
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes in the developer documentation.")
    {
        Errors =
        [
            new ErrorDetail(
                "One or more of the following scopes are required.", null,
                new Dictionary<string, string[]> { ["requiredGranularScopes"] = [.. scopes] }),
        ],
    };
}
