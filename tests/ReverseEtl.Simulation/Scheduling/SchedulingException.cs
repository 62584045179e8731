namespace ReverseEtl.Simulation.Scheduling;

/// <summary>The run proves nothing, because its order is not that of its seed.</summary>
public sealed class SchedulingException(string message) : Exception(message);
