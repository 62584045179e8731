using System.Globalization;
using System.Text;

namespace ReverseEtl.Benchmarks.Pictures;

/// <summary>One line of a panel.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Values">One a tick of the panel; above zero.</param>
internal sealed record Curve(string Name, IReadOnlyList<double> Values);

/// <summary>One diagram: ticks in equal steps, values on a logarithmic scale.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Across">What the ticks are.</param>
/// <param name="Up">What the values are.</param>
/// <param name="Ticks">From left to right.</param>
/// <param name="Curves">The lines.</param>
internal sealed record Panel(string Title, string Across, string Up, IReadOnlyList<string> Ticks, IReadOnlyList<Curve> Curves);

/// <summary>Draws panels side by side.</summary>
internal static class Svg
{
    private const int Width = 460;
    private const int Height = 320;
    private const int Left = 70;
    private const int Right = 130;
    private const int Top = 50;
    private const int Bottom = 60;

    private static readonly string[] Colours = ["#1f77b4", "#2ca02c", "#ff7f0e", "#d62728", "#9467bd"];

    /// <summary>The picture as a file's text.</summary>
    public static string Draw(params IReadOnlyList<Panel> panels)
    {
        var text = new StringBuilder();
        text.AppendLine(Text($"""<svg xmlns="http://www.w3.org/2000/svg" width="{panels.Count * (Width + Right)}" height="{Height}" font-family="sans-serif" font-size="12">"""));
        text.AppendLine("""<rect width="100%" height="100%" fill="white"/>""");
        foreach (var (index, panel) in panels.Index())
        {
            text.AppendLine(Text($"""<g transform="translate({index * (Width + Right)} 0)">"""));
            Draw(text, panel);
            text.AppendLine("</g>");
        }

        return text.AppendLine("</svg>").ToString();
    }

    private static void Draw(StringBuilder text, Panel panel)
    {
        var values = panel.Curves.SelectMany(curve => curve.Values).ToList();
        var (low, high) = ((int)Math.Floor(Math.Log10(values.Min())), (int)Math.Ceiling(Math.Log10(values.Max())));
        high = Math.Max(high, low + 1);
        double X(int tick) => Left + ((Width - Left) * (tick + 0.5) / panel.Ticks.Count);
        double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (Math.Log10(value) - low) / (high - low));

        text.AppendLine(Text($"""<text x="{(Left + Width) / 2}" y="24" text-anchor="middle" font-size="14">{panel.Title}</text>"""));
        text.AppendLine(Text($"""<text x="{(Left + Width) / 2}" y="{Height - 14}" text-anchor="middle">{panel.Across}</text>"""));
        text.AppendLine(Text($"""<text transform="translate(18 {Height / 2}) rotate(-90)" text-anchor="middle">{panel.Up}</text>"""));
        for (var power = low; power <= high; power++)
        {
            var y = Y(Math.Pow(10, power));
            text.AppendLine(Text($"""<line x1="{Left}" x2="{Width}" y1="{y:0.0}" y2="{y:0.0}" stroke="#ddd"/><text x="{Left - 8}" y="{y + 4:0.0}" text-anchor="end">{Math.Pow(10, power):0.####}</text>"""));
        }

        foreach (var (tick, label) in panel.Ticks.Index())
        {
            text.AppendLine(Text($"""<text x="{X(tick):0.0}" y="{Height - Bottom + 20}" text-anchor="middle">{label}</text>"""));
        }

        foreach (var (index, curve) in panel.Curves.Index())
        {
            var (colour, at) = (Colours[index % Colours.Length], Top + 10 + (index * 20));
            var points = string.Join(' ', curve.Values.Select((value, tick) => Text($"{X(tick):0.0},{Y(value):0.0}")));
            text.AppendLine($"""<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>""");
            foreach (var (tick, value) in curve.Values.Index())
            {
                text.AppendLine(Text($"""<circle cx="{X(tick):0.0}" cy="{Y(value):0.0}" r="3" fill="{colour}"><title>{curve.Name}: {value:0.00}</title></circle>"""));
            }

            text.AppendLine(Text($"""<line x1="{Width + 8}" x2="{Width + 28}" y1="{at}" y2="{at}" stroke="{colour}" stroke-width="2"/><text x="{Width + 34}" y="{at + 4}">{curve.Name}</text>"""));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
