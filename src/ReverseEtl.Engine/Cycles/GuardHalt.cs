namespace ReverseEtl.Engine.Cycles;

/// <summary>The guard stopped the cycle; a person must approve.</summary>
internal sealed class GuardHalt(string reason) : Exception(reason);
