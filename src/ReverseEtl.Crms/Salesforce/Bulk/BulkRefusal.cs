using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Bulk;

/// <summary>Salesforce does not take the job, for a reason that is in the job: the object, the edition, the limits of Bulk.</summary>
internal sealed class BulkRefusal(IReadOnlyList<SalesforceError> errors, PortException failure) : Exception(failure.Message, failure)
{
    /// <summary>What Salesforce said.</summary>
    public IReadOnlyList<SalesforceError> Errors => errors;

    /// <summary>The refusal as the failure of a whole request.</summary>
    public PortException Failure => failure;
}
