using System.Text.Json;
using ReverseEtl.Sandbox.Salesforce.Writing;

namespace ReverseEtl.Sandbox.Salesforce.Rest;

/// <summary>Writes the results of a Collections call.</summary>
internal static class CollectionJson
{
    private static readonly SalesforceError RolledBack = new(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
        []);

    public static void Write(Utf8JsonWriter json, IEnumerable<SaveOutcome> outcomes, bool rolledBack, bool withCreated, SalesforceSwitches switches)
    {
        json.WriteStartArray();
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            if (outcome.Id is { } id && !(rolledBack && outcome.Created))
            {
                json.WriteString("id", id);
            }
            else if (switches.VerboseCollectionFailures)
            {
                json.WriteNull("id");
            }

            var error = outcome.Failure?.Error ?? (rolledBack ? RolledBack : null);
            json.WriteBoolean("success", error is null);
            json.WriteStartArray("errors");
            if (error is not null)
            {
                Errors.Collection(json, error, switches.CollectionsTellDuplicates);
            }

            json.WriteEndArray();
            if (withCreated && (error is null || switches.VerboseCollectionFailures))
            {
                json.WriteBoolean("created", error is null && outcome.Created);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
