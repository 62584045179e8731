using ReverseEtl.Engine.State;

namespace ReverseEtl.Simulation.Models.States;

/// <summary>A question and what became of it.</summary>
/// <param name="Conflict">As it was shown last.</param>
/// <param name="Outcome">How it was settled; null while it is open.</param>
/// <param name="ClosedAt">When; null while it is open.</param>
public sealed record ConflictHistory(Conflict Conflict, string? Outcome, DateTimeOffset? ClosedAt);
