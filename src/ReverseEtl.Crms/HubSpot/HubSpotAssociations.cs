using System.Collections.Concurrent;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Associations between records (reference §6). Type ids differ by direction and by account, so labels are looked up by name; the plain
/// link needs none.
/// </summary>
internal sealed class HubSpotAssociations(HubSpotClient client, HubSpotPaths paths, HubSpotReader reader) : ICrmAssociations
{
    private const int MostReads = 1_000;
    private readonly ConcurrentDictionary<(string From, string To), LinkTypes> _types = new();

    /// <inheritdoc />
    public int WriteBatch => LinkRun.MostLinks;

    /// <inheritdoc />
    public async Task<IReadOnlyList<LinkKind>> DescribeAsync(string fromObject, string toObject, CancellationToken cancellationToken) =>
        (await LoadAsync(fromObject, toObject, cancellationToken)).Kinds;

    /// <summary>What links can be; null when HubSpot knows no such object or no links between the two.</summary>
    public async Task<IReadOnlyList<LinkKind>?> FindAsync(string fromObject, string toObject, CancellationToken cancellationToken)
    {
        var answer = await client.LinkKindsAsync(paths.AssociationLabels(fromObject, toObject), cancellationToken);
        return answer.Status is 404 || (answer.Status is 400 && HubSpotErrors.IsNoType(answer.Error)) ? null : Learn(fromObject, toObject, answer).Kinds;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<CrmLink>>> ReadAsync(
        string fromObject, string toObject, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var links = ids.Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)
            .ToDictionary(id => id, _ => new List<CrmLink>(), StringComparer.Ordinal);
        var open = new Queue<WireLinkReadInput>(links.Keys.Select(id => new WireLinkReadInput(id)));
        while (open.Count > 0)
        {
            var inputs = new List<WireLinkReadInput>();
            while (inputs.Count < MostReads && open.TryDequeue(out var input))
            {
                inputs.Add(input);
            }

            foreach (var page in await PagesAsync(fromObject, toObject, inputs, cancellationToken))
            {
                if (page.From?.Id is not { } id || !links.TryGetValue(id, out var found))
                {
                    continue;
                }

                found.AddRange((page.To ?? []).Where(link => link.ToObjectId is not null)
                    .Select(link => new CrmLink(link.ToObjectId!, LinkTypes.LabelsOf(link))));
                if (page.Paging?.Next?.After is { Length: > 0 } after)
                {
                    open.Enqueue(new WireLinkReadInput(id) { After = after });
                }
            }
        }

        return links.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<CrmLink>)pair.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<CrmWriteResult>> WriteAsync(CrmLinkBatch batch, CancellationToken cancellationToken)
    {
        var types = await TypesAsync(batch, cancellationToken);
        return await new LinkRun(batch, types, client, paths, reader, cancellationToken).RunAsync();
    }

    private async Task<IReadOnlyList<WireLinkPage>> PagesAsync(
        string from, string to, List<WireLinkReadInput> inputs, CancellationToken cancellationToken)
    {
        var what = $"reading the associations of {from} with {to}";
        var answer = await client.ReadLinksAsync(paths.AssociationRead(from, to), new WireLinkRead(inputs), cancellationToken);
        var pages = answer.Require(what).Read<WireLinkPages>(what);

        // A record without associations comes as an error, which is none. Any other error leaves open what there is.
        return pages.Errors?.FirstOrDefault(error => !HubSpotErrors.IsWithoutLinks(error)) is { } error
            ? throw HubSpotFailures.Of(what, 400, error, null)
            : pages.Results ?? [];
    }

    // What is known serves as long as it has all the labels: one that is missing may have been made since.
    private async Task<LinkTypes> TypesAsync(CrmLinkBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Writes.Any(write => write.Kind is CrmLinkWriteKind.Label or CrmLinkWriteKind.Unlabel))
        {
            return new LinkTypes([]);
        }

        var labels = batch.Writes.SelectMany(write => write.Labels).Distinct(StringComparer.Ordinal);
        return _types.TryGetValue((batch.FromObject, batch.ToObject), out var known) && labels.All(label => known.Find(label) is not null)
            ? known
            : await LoadAsync(batch.FromObject, batch.ToObject, cancellationToken);
    }

    private async Task<LinkTypes> LoadAsync(string from, string to, CancellationToken cancellationToken) =>
        Learn(from, to, await client.LinkKindsAsync(paths.AssociationLabels(from, to), cancellationToken));

    private LinkTypes Learn(string from, string to, HubSpotAnswer answer)
    {
        var what = $"reading the association labels of {from} with {to}";
        return _types[(from, to)] = new LinkTypes(answer.Require(what).Read<WireLinkTypes>(what).Results ?? []);
    }
}
