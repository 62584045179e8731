namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>A relationship seen from the parent.</summary>
/// <param name="ChildType">The object that points here.</param>
/// <param name="Field">Its reference field.</param>
/// <param name="Cascade">Children are deleted with the parent.</param>
/// <param name="Restrict">The parent cannot be deleted while it has children.</param>
/// <param name="RelationshipName">The children's name, e.g. <c>Contacts</c>; null when they have none.</param>
internal sealed record ChildLink(string ChildType, string Field, bool Cascade, bool Restrict, string? RelationshipName);
