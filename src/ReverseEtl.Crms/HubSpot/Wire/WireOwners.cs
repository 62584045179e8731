namespace ReverseEtl.Crms.HubSpot.Wire;

/// <summary>Somebody who may own records. The id is what properties hold; that of the user behind it is another one.</summary>
internal sealed record WireOwner(string? Id, string? Email);

/// <summary>A page of them.</summary>
internal sealed record WireOwners(List<WireOwner>? Results, WirePaging? Paging);
