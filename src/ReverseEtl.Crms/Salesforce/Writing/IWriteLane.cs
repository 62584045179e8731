using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>One way to get writes into Salesforce.</summary>
internal interface IWriteLane
{
    /// <summary>Whether this is the way for these writes.</summary>
    bool Takes(CrmWriteBatch batch);

    /// <summary>Writes records; one result a write, in order.</summary>
    Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmWriteBatch batch, CancellationToken cancellationToken);
}
