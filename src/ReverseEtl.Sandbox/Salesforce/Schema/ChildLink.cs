namespace ReverseEtl.Sandbox.Salesforce.Schema;

/// <summary>A relationship seen from the parent.</summary>
/// <param name="ChildType">The object that points here.</param>
/// <param name="Field">Its reference field.</param>
/// <param name="Cascade">Children are deleted with the parent.</param>
/// <param name="Restrict">The parent cannot be deleted while it has children.</param>
internal sealed record ChildLink(string ChildType, string Field, bool Cascade, bool Restrict);
