using ReverseEtl.Simulation.Running;

var watch = System.Diagnostics.Stopwatch.StartNew();
var first = int.Parse(args[0]); var count = int.Parse(args[1]);
for (var i = first; i < first + count; i++) { var s = i; Exception? e = null; var t = new Thread(() => { try { SeedRun.Run(s, args.Length > 2); } catch (Exception x) { e = x; } }, 16 << 20); t.Start(); t.Join(); if (e is not null) { Console.WriteLine($"{s}: {e}"); } }
Console.WriteLine(watch.Elapsed);
return 0;
