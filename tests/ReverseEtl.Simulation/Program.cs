using ReverseEtl.Simulation.Logs;
using ReverseEtl.Simulation.Running;

if (args[0] == "prof")
{
    for (var r = 0; r < 3; r++)
    {
        var w = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 100; i++) { using var world = new ReverseEtl.Simulation.Worlds.World(ReverseEtl.Simulation.Worlds.Swarm.Draw(i)); }
        Console.WriteLine($"worlds {w.ElapsedMilliseconds / 100.0} ms");
        w.Restart();
        for (var i = 0; i < 100; i++) { using var world = new ReverseEtl.Simulation.Worlds.World(ReverseEtl.Simulation.Worlds.Swarm.Draw(i)); world.NewProcess().Dispose(); }
        Console.WriteLine($"worlds+process {w.ElapsedMilliseconds / 100.0} ms");
    }
    return 0;
}

var watch = System.Diagnostics.Stopwatch.StartNew();
var first = int.Parse(args[0]);
var count = int.Parse(args[1]);
var classes = new SortedDictionary<string, List<int>>();
var counters = new ReverseEtl.Simulation.Coverage.Counters();
for (var i = first; i < first + count; i++)
{
    var result = SeedRun.Of(i, null, args.Length > 2 && args[2] == "v" ? h => Console.Write(EventLog.Line(h)) : null);
    counters.Add(result.Counters);
    foreach (var v in result.Violations.GroupBy(v => v.Invariant))
    {
        (classes.TryGetValue(v.Key, out var l) ? l : classes[v.Key] = []).Add(i);
    }

    foreach (var v in result.Violations.Take(3))
    {
        Console.WriteLine($"{i} {v}"[..Math.Min(400, $"{i} {v}".Length)]);
        if (count == 1)
        {
            Console.Write(string.Concat(result.Excerpt(v)));
        }
    }
}
foreach (var (c, l) in classes) { Console.WriteLine($"{c}: {l.Count} seeds: {string.Join(' ', l.Take(12))}"); }
foreach (var (c, n) in counters.Hits) { Console.WriteLine($"{n,6} {c}"); }
Console.WriteLine(watch.Elapsed);
return 0;
