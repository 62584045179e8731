using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>What an answer means for a write.</summary>
internal static class ResultReader
{
    public static CrmWriteResult Read(CrmWrite write, RecordAnswer answer, StampWindow? window)
    {
        var id = answer.Id ?? (write.Id is { } known ? SalesforceId.NormalizeOrKeep(known) : null);
        if (answer.Success)
        {
            return new CrmWriteResult(WriteOutcome.Confirmed, id) { Created = answer.Created, Version = window?.From };
        }

        if (answer.Certain is { } outcome)
        {
            return new CrmWriteResult(outcome, id);
        }

        var error = ErrorCatalogue.Classify(answer.Errors);
        if (write.Id is null || !SaysGone(error))
        {
            return new CrmWriteResult(WriteOutcome.Rejected, id) { Error = error };
        }

        return write.Kind switch
        {
            // What was to be deleted is: the second of two deletes has nothing left to do.
            CrmWriteKind.Archive or CrmWriteKind.Delete or CrmWriteKind.Purge when error.Code is "ENTITY_IS_DELETED" =>
                new CrmWriteResult(WriteOutcome.Confirmed, id) { Version = null },
            CrmWriteKind.Archive or CrmWriteKind.Delete or CrmWriteKind.Purge => new CrmWriteResult(WriteOutcome.Missing, id) { Error = error },
            _ => new CrmWriteResult(IsSurelyItself(write, error) ? WriteOutcome.Missing : WriteOutcome.Rejected, id) { Error = error },
        };
    }

    /// <summary>Whether the error may say that the written record itself is gone, or one that it refers to.</summary>
    public static bool SaysGone(CrmError error) =>
        error.Code is "ENTITY_IS_DELETED" or "INVALID_CROSS_REFERENCE_KEY" or "NOT_FOUND"
        && error.Fields.All(field => field.Equals("Id", StringComparison.OrdinalIgnoreCase));

    // Both codes are also used for a parent that is gone. They mean the record when they say so, or when it refers to nothing.
    private static bool IsSurelyItself(CrmWrite write, CrmError error) =>
        error.Fields.Count > 0 || !write.Fields.Any(field => SalesforceId.Normalize(field.Value.Text) is not null);
}
