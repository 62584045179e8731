using System.Globalization;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Values;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>
/// Postgres days and instants in neutral text. They reach from 4713 BC to the year 294276, so they are read as the numbers that go
/// over the wire: one mistyped year must not break a whole read.
/// </summary>
internal static partial class PgTime
{
    public const string Infinity = "infinity";
    public const string MinusInfinity = "-infinity";

    private const long TicksPerMicrosecond = 10;
    private const long TicksPerDay = TimeSpan.TicksPerDay;
    private const long EpochTicks = 630822816000000000; // 2000-01-01
    private const int EpochDay = (int)(EpochTicks / TicksPerDay);

    // The Gregorian calendar repeats itself after so many days.
    private const int CycleYears = 400;
    private const int CycleDays = 146097;
    private const int LastDay = 3652058; // 9999-12-31

    /// <param name="micros">Microseconds since 2000-01-01 in UTC.</param>
    public static string FormatInstant(long micros)
    {
        if (micros is long.MaxValue or long.MinValue)
        {
            return micros > 0 ? Infinity : MinusInfinity;
        }

        var (day, time) = Split(micros);
        return TryInstant(micros, out var instant)
            ? Instants.Format(new DateTimeOffset(instant))
            : Far(day, near => Instants.Format(new DateTimeOffset((near * TicksPerDay) + time, TimeSpan.Zero)));
    }

    /// <param name="days">Days since 2000-01-01.</param>
    public static string FormatDay(int days)
    {
        if (days is int.MaxValue or int.MinValue)
        {
            return days > 0 ? Infinity : MinusInfinity;
        }

        return TryDay(days, out var day)
            ? Instants.Format(day)
            : Far((long)days + EpochDay, near => Instants.Format(DateOnly.FromDayNumber(near)));
    }

    /// <summary>The day, where .NET knows it.</summary>
    /// <param name="days">Days since 2000-01-01.</param>
    /// <param name="day">The day.</param>
    public static bool TryDay(int days, out DateOnly day)
    {
        var number = (long)days + EpochDay;
        var isKnown = number is >= 0 and <= LastDay;
        day = isKnown ? DateOnly.FromDayNumber((int)number) : default;
        return isKnown;
    }

    /// <summary>The point in time in UTC, where .NET knows it.</summary>
    /// <param name="micros">Microseconds since 2000-01-01 in UTC.</param>
    /// <param name="instant">The point in time.</param>
    public static bool TryInstant(long micros, out DateTime instant)
    {
        var (day, time) = Split(micros);
        var isKnown = day is >= 0 and <= LastDay;
        instant = isKnown ? new DateTime((day * TicksPerDay) + time, DateTimeKind.Utc) : default;
        return isKnown;
    }

    /// <summary>The instant, cut to what .NET can hold.</summary>
    public static DateTimeOffset ToInstant(long micros)
    {
        var (day, time) = Split(micros);
        return day switch
        {
            < 0 => DateTimeOffset.MinValue,
            > LastDay => DateTimeOffset.MaxValue,
            _ => new DateTimeOffset((day * TicksPerDay) + time, TimeSpan.Zero),
        };
    }

    /// <summary>Whether the text is a day as <see cref="FormatDay"/> makes it.</summary>
    public static bool IsDay(string text) => text is Infinity or MinusInfinity || DayForm().IsMatch(text);

    /// <summary>Whether the text is an instant as <see cref="FormatInstant"/> makes it.</summary>
    public static bool IsInstant(string text) => text is Infinity or MinusInfinity || InstantForm().IsMatch(text);

    [GeneratedRegex(@"^\d{4,6}-\d\d-\d\d( BC)?\z")]
    private static partial Regex DayForm();

    [GeneratedRegex(@"^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z( BC)?\z")]
    private static partial Regex InstantForm();

    /// <summary>The instant in ticks that fall on whole microseconds, never later than it was.</summary>
    public static DateTimeOffset Floor(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TicksPerMicrosecond), TimeSpan.Zero);

    private static (long Day, long TimeTicks) Split(long micros)
    {
        const long MicrosPerDay = TicksPerDay / TicksPerMicrosecond;
        var day = Math.DivRem(micros, MicrosPerDay, out var rest);
        if (rest < 0)
        {
            day--;
            rest += MicrosPerDay;
        }

        return (day + EpochDay, rest * TicksPerMicrosecond);
    }

    // A day of the same place in another cycle is formatted, then its year is put right. Postgres writes years before 1 with "BC".
    private static string Far(long day, Func<int, string> format)
    {
        var cycles = Math.DivRem(day, CycleDays, out var near);
        if (near < 0)
        {
            cycles--;
            near += CycleDays;
        }

        var text = format((int)near);
        var year = int.Parse(text.AsSpan(0, 4), CultureInfo.InvariantCulture) + (cycles * CycleYears);
        return year > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{year:D4}{text.AsSpan(4)}")
            : string.Create(CultureInfo.InvariantCulture, $"{1 - year:D4}{text.AsSpan(4)} BC");
    }
}
