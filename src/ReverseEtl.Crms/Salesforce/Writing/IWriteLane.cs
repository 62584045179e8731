using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>One way to get writes into Salesforce, a request at a time.</summary>
internal interface IWriteLane
{
    /// <summary>Writes that a request takes at most.</summary>
    int Size { get; }

    /// <summary>Whether a request that made Salesforce stumble, and so may have been carried out, may at once be sent again in parts.</summary>
    bool MayTakeApart { get; }

    /// <summary>Whether this is the way for the write.</summary>
    bool Takes(CrmWrite write);

    /// <summary>Sends writes in one request.</summary>
    /// <exception cref="PortException">Nothing was stored, for a reason that is not in the records.</exception>
    /// <exception cref="SendOverdueException">Nothing was stored, and the time to send was over.</exception>
    Task<CallAnswer> SendAsync(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken);
}
