using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>One way to get writes into Salesforce, a request at a time.</summary>
internal interface IWriteLane
{
    /// <summary>Writes that a request takes at most.</summary>
    int Size { get; }

    /// <summary>Whether a request with writes of this kind that may have been carried out already may be sent again, whole or in part.</summary>
    bool MayRepeat(CrmWriteKind kind);

    /// <summary>Whether this is the way for the write.</summary>
    bool Takes(CrmWrite write);

    /// <summary>Sends writes in one request.</summary>
    /// <exception cref="PortException">Nothing was stored, for a reason that is not in the records.</exception>
    /// <exception cref="SendOverdueException">Nothing was stored, and the time to send was over.</exception>
    Task<CallAnswer> SendAsync(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken);
}
