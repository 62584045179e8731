using System.Text.Json.Nodes;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>The validation rules that an admin put on properties, for reading ahead of writes.</summary>
internal static class PropertyValidationsApi
{
    public static SandboxResponse Handle(ApiCall call, ObjectModel model) => (call.Method, call.Rest) switch
    {
        ("GET", [_]) => ApiCall.Ok(new JsonObject { ["results"] = new JsonArray([.. Rules(model)]) }),
        (_, [_]) => ApiCall.MethodNotAllowed(),
        _ => ApiCall.NoSuchEndpoint(),
    };

    private static IEnumerable<JsonObject> Rules(ObjectModel model) => model.Rules
        .Where(r => r.Kind == AdminRuleKind.Refuses)
        .GroupBy(r => r.Property)
        .Select(rules => new JsonObject
        {
            ["propertyName"] = rules.Key,
            ["propertyValidationRules"] = new JsonArray([.. rules.Select(r => new JsonObject
            {
                ["ruleType"] = "REGEX",
                ["ruleArguments"] = new JsonArray($"^(?!{System.Text.RegularExpressions.Regex.Escape(r.Value!)}$).*$"),
            })]),
        });
}
