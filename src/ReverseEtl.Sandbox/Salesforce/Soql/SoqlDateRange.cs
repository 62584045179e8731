using System.Globalization;
using System.Text.RegularExpressions;

namespace ReverseEtl.Sandbox.Salesforce.Soql;

/// <summary>The span a date literal such as <c>TODAY</c> or <c>LAST_N_DAYS:7</c> stands for, in whole days of UTC; weeks start on Sunday.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="End">The day after its last.</param>
internal sealed partial record SoqlDateRange(DateOnly Start, DateOnly End)
{
    /// <summary>Far enough for everybody, and never outside the calendar.</summary>
    private const int MostDays = 100_000;
    private const int MostUnits = 1000;

    /// <summary>Whether a word is a date literal at all.</summary>
    public static bool IsKnown(string word) => Pattern().IsMatch(word);

    /// <summary>The span of a literal for which <see cref="IsKnown"/> holds; null when its number is out of all reason.</summary>
    public static SoqlDateRange? Parse(string word, DateOnly today)
    {
        var match = Pattern().Match(word);
        var unit = match.Groups["unit"].Value.ToUpperInvariant();
        var number = match.Groups["n"] is { Success: true } digits
            ? int.TryParse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : int.MaxValue
            : 90;
        if (number > (unit is "DAY" or "" ? MostDays : MostUnits))
        {
            return null;
        }

        DateOnly At(int offset) => StartOf(unit, today, offset);
        return match.Groups["form"].Value.ToUpperInvariant() switch
        {
            "YESTERDAY" => new(At(-1), At(0)),
            "TODAY" => new(At(0), At(1)),
            "TOMORROW" => new(At(1), At(2)),
            "THIS" => new(At(0), At(1)),
            "LAST" => new(At(-1), At(0)),
            "NEXT" => new(At(1), At(2)),

            // Of days, and of days only, the present one counts among the last ones.
            "LAST_N" or "LAST_90" => new(At(-number), At(unit is "DAY" ? 1 : 0)),
            "NEXT_N" or "NEXT_90" => new(At(1), At(number + 1)),
            _ => new(At(-number), At(1 - number)),
        };
    }

    /// <summary>Where a value lies: below zero before the span, zero within, above zero after it.</summary>
    public int Place(object value)
    {
        var day = value is DateTimeOffset time ? DateOnly.FromDateTime(time.UtcDateTime) : (DateOnly)value;
        return day < Start ? -1 : day >= End ? 1 : 0;
    }

    private static DateOnly StartOf(string unit, DateOnly today, int offset) => unit switch
    {
        "WEEK" => today.AddDays((7 * offset) - (int)today.DayOfWeek),
        "MONTH" => new DateOnly(today.Year, today.Month, 1).AddMonths(offset),
        "QUARTER" => new DateOnly(today.Year, (((today.Month - 1) / 3) * 3) + 1, 1).AddMonths(3 * offset),
        "YEAR" => new DateOnly(today.Year, 1, 1).AddYears(offset),
        _ => today.AddDays(offset),
    };

    /// <summary>The fiscal year of the simulated org is the calendar year.</summary>
    [GeneratedRegex(
        @"^(?:(?<form>YESTERDAY|TODAY|TOMORROW)
            |(?<form>THIS|LAST|NEXT)_(?:(?<unit>WEEK|MONTH)|(?:FISCAL_)?(?<unit>QUARTER|YEAR))
            |(?<form>LAST_90|NEXT_90)_(?<unit>DAY)S
            |(?<form>LAST_N|NEXT_N)_(?:(?<unit>DAY|WEEK|MONTH)|(?:FISCAL_)?(?<unit>QUARTER|YEAR))S:(?<n>[0-9]+)
            |(?<form>N)_(?:(?<unit>DAY|WEEK|MONTH)|(?:FISCAL_)?(?<unit>QUARTER|YEAR))S_AGO:(?<n>[0-9]+))$",
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
