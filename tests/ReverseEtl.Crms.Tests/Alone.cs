namespace ReverseEtl.Crms.Tests;

/// <summary>Tests that count this process' memory, or whose clock jumps when nothing else can go: nothing may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
