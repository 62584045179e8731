using ReverseEtl.Benchmarks.Measuring;
using ReverseEtl.Integration.Webhooks;

namespace ReverseEtl.Benchmarks.Lines;

/// <summary>How long a person's edit in HubSpot takes to reach the warehouse, through a webhook over real HTTP and a daemon that polls once an hour.</summary>
internal sealed class Webhook : IBenchmark
{
    private const int Edits = 20;
    private const double TargetSeconds = 2;

    public string Name => "webhook";

    public string About => "from an edit in HubSpot through a webhook to the warehouse";

    public async Task<IReadOnlyList<Figure>> RunAsync(Bench bench)
    {
        await using var office = await Office.OpenAsync();
        var seconds = (await office.MeasureEditsAsync(Edits)).Select(time => time.TotalSeconds).ToList();
        return
        [
            new Figure(Name, Sample.Middle(seconds), "s") { Baseline = $"median of {Edits} edits, the first one of the daemon's life among them", Range = [seconds.Min(), seconds.Max()] }
                .AtMost(TargetSeconds),
        ];
    }
}
