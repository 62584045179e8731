using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>The recorded describe documents shipped with the simulator.</summary>
internal static class DescribeDocuments
{
    /// <summary>Typed into the recording by hand, never part of a real org (reference §15.8).</summary>
    private static readonly HashSet<string> HandTyped = ["Primary_Contact__c", "History__c", "ns__Description__c", "ns__LinkedAccount__c"];

    public static JsonObject Read(string file)
    {
        using var stream = typeof(DescribeDocuments).Assembly.GetManifestResourceStream($"describe/{file}")
            ?? throw new InvalidOperationException($"The describe document {file} is not embedded.");
        return JsonNode.Parse(stream)!.AsObject();
    }

    /// <summary>The describe of a standard object without the fields that were typed into its recording.</summary>
    public static JsonObject Standard(string type)
    {
        var document = Read($"GET_sobjects_{type}_describe.json");
        var fields = document["fields"]!.AsArray();
        foreach (var field in fields.Where(f => HandTyped.Contains(f!["name"]!.ToString())).ToList())
        {
            fields.Remove(field);
        }

        return document;
    }

    /// <summary>The describe of Account in an org that has person accounts.</summary>
    public static JsonObject PersonAccount() => Read("GET_sobjects_Account_PersonAccount_describe.json");

    /// <summary>The recorded describe-global entry of Account: the keys and flags every object has there.</summary>
    public static JsonObject GlobalTemplate() =>
        Read("GET_sobjects_Global_describe.json")["sobjects"]!.AsArray().OfType<JsonObject>()
            .First(o => o["name"]!.ToString() == "Account");
}
