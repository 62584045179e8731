using System.CommandLine;
using ReverseEtl.Benchmarks;
using ReverseEtl.Benchmarks.Lines;
using Spectre.Console;

if (args is [Roles.Verb, var role, .. var rest])
{
    await Roles.RunAsync(role, rest);
    return 0;
}

IReadOnlyList<IBenchmark> all = [new Unchanged(), new Memory(), FirstLoad.Salesforce, FirstLoad.HubSpot, new Refusals(), new Changed(), new Growth(), new Limits(), new Planner(), new StateSize(), new Webhook(), new StartUp(), new PushDown()];
var names = new Argument<string[]>("names") { Description = $"Only these: {string.Join(", ", all.Select(each => each.Name))}.", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong([.. all.Select(each => each.Name)]);
var json = new Option<FileInfo?>("--json") { Description = "Writes the figures there, for machines.", HelpName = "FILE" };
var pairs = new Option<int>("--pairs") { Description = "Pairs of runs that a ratio is taken from.", HelpName = "N", DefaultValueFactory = _ => 5 };
var large = new Option<bool>("--large") { Description = "Also what takes much longer: 10 M rows." };
var command = new RootCommand("Measures the daemon side by side with what a team would use instead.") { names, json, pairs, large };
command.SetAction(async (result, stop) =>
{
    var chosen = all.Where(each => result.GetValue(names) is not { Length: > 0 } wanted || wanted.Contains(each.Name)).ToList();
    return await Session.RunAsync(chosen, result.GetValue(json), result.GetValue(pairs), result.GetValue(large), AnsiConsole.Console, stop) ? 0 : 1;
});

// A database server that has millions of rows to bring to disk takes its time to stop.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
