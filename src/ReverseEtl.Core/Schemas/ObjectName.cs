namespace ReverseEtl.Core.Schemas;

/// <summary>An object type of a CRM.</summary>
/// <param name="Name">What a mapping must call it.</param>
/// <param name="Words">What people call it besides: its labels, its short name, its number.</param>
public sealed record ObjectName(string Name, IReadOnlyList<string> Words);
