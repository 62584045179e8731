namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>A record by its id.</summary>
internal sealed record WireRef(string? Id);

/// <summary>A request for the links of records.</summary>
internal sealed record WireLinkRead(IReadOnlyList<WireLinkReadInput> Inputs);

/// <summary>One record, and where its page of links begins.</summary>
internal sealed record WireLinkReadInput(string Id)
{
    public string? After { get; init; }
}

/// <summary>A page of links for each of many records; those without any are errors with status 207.</summary>
internal sealed record WireLinkPages(List<WireLinkPage>? Results, List<WireError>? Errors);

/// <summary>Links of one record.</summary>
internal sealed record WireLinkPage(WireRef? From, List<WireLink>? To, WirePaging? Paging);

/// <summary>One link. The id is a number where the specification says a text.</summary>
internal sealed record WireLink(string? ToObjectId, List<WireLinkType>? AssociationTypes);

/// <summary>What a link is.</summary>
internal sealed record WireLinkType(string? Category, string? TypeId, string? Label);

/// <summary>The types that there are.</summary>
internal sealed record WireLinkTypes(List<WireLinkType>? Results);

/// <summary>Links to be written.</summary>
internal sealed record WireLinkWrites(IReadOnlyList<WireLinkWrite> Inputs);

/// <summary>One link; without types the plain one.</summary>
internal sealed record WireLinkWrite(WireRef From, WireRef To)
{
    public IReadOnlyList<WireLinkSpec>? Types { get; init; }
}

/// <summary>One type of a link to be written.</summary>
internal sealed record WireLinkSpec(string AssociationCategory, int AssociationTypeId);

/// <summary>Links to be ended: of one record with several others.</summary>
internal sealed record WireLinkEnds(IReadOnlyList<WireLinkEnd> Inputs);

/// <summary>The links of one record that end.</summary>
internal sealed record WireLinkEnd(WireRef From, IReadOnlyList<WireRef> To);

/// <summary>The answer to written links; only its errors matter.</summary>
internal sealed record WireLinkAnswer(List<WireError>? Errors);
