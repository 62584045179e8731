using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>One call of <see cref="ICrmAssociations.WriteAsync"/> under way.</summary>
internal sealed class LinkRun(
    CrmLinkBatch batch, LinkTypes types, HubSpotClient client, HubSpotPaths paths, HubSpotReader reader, CancellationToken cancellationToken)
{
    /// <summary>Links of one request. HubSpot takes 2,000; half of that keeps a repeat cheap.</summary>
    public const int MostLinks = 1_000;

    /// <summary>Records whose links one request can end.</summary>
    private const int MostEnds = 100;

    private readonly CrmWriteResult?[] _results = new CrmWriteResult?[batch.Writes.Count];

    /// <summary>The results, in order.</summary>
    /// <exception cref="PortException">Nothing was written.</exception>
    public async Task<IReadOnlyList<CrmWriteResult>> RunAsync()
    {
        try
        {
            foreach (var group in Accepted().GroupBy(link => link.Operation))
            {
                foreach (var links in Parts(group.Key, [.. group]))
                {
                    await SettleAsync(group.Key, links);
                }
            }

            await FollowMissingAsync();
        }
        catch (PortException) when (_results.Any(result => result is { Outcome: not WriteOutcome.Rejected }))
        {
            return [.. _results.Select((result, i) => result ?? WriteResults.NotSent(batch.Writes[i].FromId))];
        }

        return [.. _results.Select(result => result!)];
    }

    // HubSpot has a resource for each kind of write, with limits of its own.
    private static IEnumerable<IReadOnlyList<Link>> Parts(string operation, List<Link> links) => operation is "archive"
        ? links.GroupBy(link => link.Write.FromId, StringComparer.Ordinal).Chunk(MostEnds)
            .Select(groups => (List<Link>)[.. groups.SelectMany(group => group)])
        : links.Chunk(MostLinks);

    private IEnumerable<Link> Accepted()
    {
        var seen = new HashSet<(string From, string To)>();
        for (var index = 0; index < batch.Writes.Count; index++)
        {
            var write = batch.Writes[index];
            var unknown = write.Labels.FirstOrDefault(label => types.Find(label) is null);
            if (write.Kind is CrmLinkWriteKind.Label or CrmLinkWriteKind.Unlabel && unknown is not null)
            {
                Reject(
                    index, "schema", "UNKNOWN_LABEL",
                    $"There is no association label '{unknown}' between {batch.FromObject} and {batch.ToObject}.");
            }
            else if (write.Kind is CrmLinkWriteKind.Unlabel && write.Labels.Count == 0)
            {
                _results[index] = new CrmWriteResult(WriteOutcome.Confirmed, write.FromId);
            }
            else if (!seen.Add((write.FromId, write.ToId)))
            {
                Reject(index, "duplicate", "SAME_RECORD_TWICE", "Another row of the same batch writes the same association.");
            }
            else
            {
                yield return new Link(index, write);
            }
        }
    }

    /// <summary>Sends links until each has a result.</summary>
    private async Task SettleAsync(string operation, IReadOnlyList<Link> links)
    {
        var groups = new Stack<IReadOnlyList<Link>>([links]);
        while (groups.TryPop(out var group))
        {
            foreach (var rest in (await SendAsync(operation, group)).Where(rest => rest.Count > 0))
            {
                groups.Push(rest);
            }
        }
    }

    // What is returned has to be sent again.
    private async Task<IReadOnlyList<Link>[]> SendAsync(string operation, IReadOnlyList<Link> links)
    {
        var path = paths.AssociationWrite(batch.FromObject, batch.ToObject, operation);
        HubSpotAnswer? answer;
        try
        {
            answer = operation is "archive"
                ? await client.WriteLinksAsync(path, Ends(links), batch.SendBy, cancellationToken)
                : await client.WriteLinksAsync(path, new WireLinkWrites([.. links.Select(Input)]), batch.SendBy, cancellationToken);
        }
        catch (SendOverdueException)
        {
            return Settle(links, link => new CrmWriteResult(WriteOutcome.Moved, link.Write.FromId));
        }

        if (answer is null)
        {
            return Settle(links, link => new CrmWriteResult(WriteOutcome.Unknown, link.Write.FromId));
        }

        if (answer.IsSuccess)
        {
            return Written(links, HubSpotJson.TryRead<WireLinkAnswer>(answer.Body)?.Errors ?? []);
        }

        if (answer.Status is 400 or 404 or 409 or 413 && !HubSpotErrors.IsNoType(answer.Error))
        {
            return Refused(links, answer.Error);
        }

        // A refusal that is not about the rows tells nothing of an earlier attempt whose answer was lost.
        return answer.MayHaveHappened
            ? Settle(links, link => new CrmWriteResult(WriteOutcome.Unknown, link.Write.FromId))
            : throw answer.Failure($"associating {batch.FromObject} with {batch.ToObject}");
    }

    private IReadOnlyList<Link>[] Written(IReadOnlyList<Link> links, IReadOnlyList<WireError> errors)
    {
        var unclaimed = errors.Any(error => !links.Any(link => link.IsBlamed(error)));
        if (unclaimed && links.Count > 1)
        {
            return Halves(links);
        }

        return Settle(links, link => errors.FirstOrDefault(error => links.Count == 1 || link.IsBlamed(error)) is { } error
            ? Failed(link, error)
            : new CrmWriteResult(WriteOutcome.Confirmed, link.Write.FromId));
    }

    private IReadOnlyList<Link>[] Refused(IReadOnlyList<Link> links, WireError error)
    {
        var blamed = links.Count == 1 ? links : [.. links.Where(link => link.IsBlamed(error))];
        Settle(blamed, link => Failed(link, error));
        return blamed.Count > 0 ? [[.. links.Except(blamed)]] : Halves(links);
    }

    private static CrmWriteResult Failed(Link link, WireError error) =>
        error.SubCategory?.Contains("OBJECT_NOT_FOUND", StringComparison.Ordinal) is true || HubSpotErrors.IsNotFound(error)
            ? new CrmWriteResult(WriteOutcome.Missing, link.Write.FromId)
            : new CrmWriteResult(WriteOutcome.Rejected, link.Write.FromId) { Error = HubSpotErrors.Row(error) };

    private IReadOnlyList<Link>[] Settle(IReadOnlyList<Link> links, Func<Link, CrmWriteResult> result)
    {
        foreach (var link in links)
        {
            _results[link.Index] = result(link);
        }

        return [];
    }

    private static IReadOnlyList<Link>[] Halves(IReadOnlyList<Link> links) =>
        [[.. links.Take(links.Count / 2)], [.. links.Skip(links.Count / 2)]];

    // Batches do not follow merges, single reads do: a record that was merged away is named by what is left of it.
    private async Task FollowMissingAsync()
    {
        var missing = Enumerable.Range(0, batch.Writes.Count).Where(i => _results[i] is { Outcome: WriteOutcome.Missing }).ToList();
        var ids = missing.Select(i => batch.Writes[i].FromId).Distinct(StringComparer.Ordinal).ToList();
        var resolved = await reader.ResolveAsync(new HubSpotObject(batch.FromObject), ids, cancellationToken);
        foreach (var i in missing.Where(i => resolved.ContainsKey(batch.Writes[i].FromId)))
        {
            _results[i] = _results[i]! with { Id = resolved[batch.Writes[i].FromId] };
        }
    }

    private WireLinkWrite Input(Link link) => new(new WireRef(link.Write.FromId), new WireRef(link.Write.ToId))
    {
        Types = link.Write.Kind is CrmLinkWriteKind.Link ? null : Specs(link),
    };

    // Exactly no labels is the plain type alone.
    private WireLinkSpec[] Specs(Link link) => link.Write is { Kind: CrmLinkWriteKind.Label, Labels.Count: 0 } && types.Plain is { } plain
        ? [plain]
        : [.. link.Write.Labels.Select(label => types.Find(label)!)];

    private static WireLinkEnds Ends(IReadOnlyList<Link> links) => new(
        [.. links.GroupBy(link => link.Write.FromId, StringComparer.Ordinal)
            .Select(group => new WireLinkEnd(new WireRef(group.Key), [.. group.Select(link => new WireRef(link.Write.ToId))]))]);

    private void Reject(int index, string kind, string code, string message) =>
        _results[index] = new CrmWriteResult(WriteOutcome.Rejected, batch.Writes[index].FromId)
        {
            Error = new CrmError(kind, RetryRule.AfterChange, code, message),
        };

    private sealed record Link(int Index, CrmLinkWrite Write)
    {
        public string Operation => Write.Kind switch
        {
            CrmLinkWriteKind.Link => "associate/default",
            CrmLinkWriteKind.Label => "create",
            CrmLinkWriteKind.Unlabel => "labels/archive",
            _ => "archive",
        };

        /// <summary>Whether the error is about this link: it may name one of its records, or both.</summary>
        public bool IsBlamed(WireError error)
        {
            var (from, to) = (error.In("fromObjectId"), error.In("toObjectId"));
            return from.Count + to.Count > 0
                && (from.Count == 0 || from.Contains(Write.FromId, StringComparer.Ordinal))
                && (to.Count == 0 || to.Contains(Write.ToId, StringComparer.Ordinal));
        }
    }
}
