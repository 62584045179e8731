namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The scopes that endpoints ask for; any one of a list will do.</summary>
internal static class Scopes
{
    public static IReadOnlyList<string> For(ApiPath path, ObjectModel? model, bool writes)
    {
        var access = writes ? "write" : "read";
        return (path.Family, model) switch
        {
            ("owners", _) => ["crm.objects.owners.read"],
            ("objects" or "pipelines", { Type.Plural: "tickets" }) => [$"crm.objects.tickets.{access}", "tickets"],
            ("objects", not null) => [$"crm.objects.{model.Type.Plural}.{access}"],
            ("pipelines", not null) => [$"crm.objects.{model.Type.Plural}.{access}", $"crm.schemas.{model.Type.Plural}.{access}"],
            ("properties" or "property-validations", not null) => [$"crm.schemas.{model.Type.Plural}.{access}"],
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
