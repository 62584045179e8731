using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Cycles;

/// <summary>A journalled batch that is not settled yet.</summary>
/// <param name="Drafts">All of it.</param>
/// <param name="Sent">Those that are written in the CRM, in the order of its results.</param>
/// <param name="Writing">The call; null when there is nothing to write there.</param>
internal sealed record Flight(List<Draft> Drafts, IReadOnlyList<Draft> Sent, Task<IReadOnlyList<CrmWriteResult>>? Writing);
