using ReverseEtl.Crms.Http;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>One way to get writes into Salesforce, a request at a time.</summary>
internal interface IWriteLane
{
    /// <summary>Whether the lane is for large sets: it is out of the question for what is sent in limited pieces.</summary>
    bool IsForSets => false;

    /// <summary>Writes of one kind from which the lane is worth its calls.</summary>
    int Least => 1;

    /// <summary>Writes that a request takes at most.</summary>
    int Size { get; }

    /// <summary>
    /// Bytes of names and values that a request takes at most. Salesforce takes bodies of 50 MB; far smaller ones keep a transaction inside its
    /// time limits.
    /// </summary>
    int MostBytes => 4_000_000;

    /// <summary>Whether a request that made Salesforce stumble, and so may have been carried out, may at once be sent again in parts.</summary>
    bool MayTakeApart { get; }

    /// <summary>Whether this is the way for the write.</summary>
    bool Takes(CrmWrite write);

    /// <summary>Whether the write can go no other way, however few there are.</summary>
    bool IsOnlyWayOf(CrmWrite write) => false;

    /// <summary>Sends writes in one request.</summary>
    /// <exception cref="PortException">Nothing was stored, for a reason that is not in the records.</exception>
    /// <exception cref="SendOverdueException">Nothing was stored, and the time to send was over.</exception>
    Task<CallAnswer> SendAsync(CrmWriteBatch batch, WriteSlice slice, CancellationToken cancellationToken);
}
