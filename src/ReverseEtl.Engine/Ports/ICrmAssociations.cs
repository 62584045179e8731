namespace ReverseEtl.Engine.Ports;

/// <summary>
/// Links between records that a CRM keeps beside the fields, where a record may have many and each may have labels. A CRM without such
/// links has no <see cref="ICrm.Associations"/>. Trouble is told as by <see cref="ICrm"/>; single links never throw.
/// </summary>
public interface ICrmAssociations
{
    /// <summary>Links that one request writes at most.</summary>
    int WriteBatch { get; }

    /// <summary>What links from one object type to another can be; empty when the two cannot be linked.</summary>
    Task<IReadOnlyList<LinkKind>> DescribeAsync(string fromObject, string toObject, CancellationToken cancellationToken);

    /// <summary>
    /// The links of these records to records of the other type, by record id. A record without links is there with none; an id that
    /// leads nowhere cannot be told from it.
    /// </summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<CrmLink>>> ReadAsync(
        string fromObject, string toObject, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>
    /// Makes and ends links, each by itself, in as few requests as the CRM allows. One result a write, in order:
    /// <see cref="WriteOutcome.Missing"/> when one of the two records is not there. Every write has the same effect once or twice.
    /// </summary>
    Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmLinkBatch batch, CancellationToken cancellationToken);
}

/// <summary>One thing that a link can be.</summary>
/// <param name="Name">What a mapping calls it: the label as people see it; empty for the plain link.</param>
/// <param name="IsPrimary">Whether a record has at most one link of this kind, its first one.</param>
public sealed record LinkKind(string Name, bool IsPrimary);

/// <summary>One link of a record.</summary>
/// <param name="ToId">The other record.</param>
/// <param name="Kinds">What the link is; the plain kind is left out.</param>
public sealed record CrmLink(string ToId, IReadOnlyList<LinkKind> Kinds)
{
    /// <summary>Whether the other record is this one's first.</summary>
    public bool IsPrimary => Kinds.Any(kind => kind.IsPrimary);
}

/// <summary>What to do with one link.</summary>
public enum CrmLinkWriteKind
{
    /// <summary>Link the two; labels that the link has stay.</summary>
    Link,

    /// <summary>Link the two with exactly these labels.</summary>
    Label,

    /// <summary>Take these labels away; the link stays.</summary>
    Unlabel,

    /// <summary>End the link, whatever it is.</summary>
    Unlink,
}

/// <summary>One link to write.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="FromId">The record that the mapping is about.</param>
/// <param name="ToId">The other one.</param>
/// <param name="Labels">Names of <see cref="LinkKind"/>; for <see cref="CrmLinkWriteKind.Label"/> and <see cref="CrmLinkWriteKind.Unlabel"/>.</param>
public sealed record CrmLinkWrite(CrmLinkWriteKind Kind, string FromId, string ToId, IReadOnlyList<string> Labels);

/// <summary>Links between two object types to write.</summary>
/// <param name="FromObject">Object type of the mapping.</param>
/// <param name="ToObject">The other object type.</param>
/// <param name="Writes">What to write; at most one a pair of records.</param>
/// <param name="SendBy">By our clock: no request leaves after it; see <see cref="CrmWriteBatch"/>.</param>
public sealed record CrmLinkBatch(string FromObject, string ToObject, IReadOnlyList<CrmLinkWrite> Writes, DateTimeOffset SendBy);
