// A campaign takes all processors already.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
