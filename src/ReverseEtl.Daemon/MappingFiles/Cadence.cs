using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;

namespace ReverseEtl.Daemon.MappingFiles;

/// <summary>When a loop runs: every so often, or by a cron expression in UTC.</summary>
public sealed class Cadence
{
    /// <summary>What a duration looks like.</summary>
    public const string DurationPattern = "^[1-9][0-9]{0,6}(s|m|h|d)$";

    /// <summary>What a cron expression looks like: five fields, six with seconds, or a macro.</summary>
    public const string CronPattern = @"^(@[a-z_]+|\S+(\s+\S+){4,5})$";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);
    private readonly TimeSpan _every;
    private readonly CronExpression? _cron;

    private Cadence(TimeSpan every, CronExpression? cron)
    {
        _every = every;
        _cron = cron;
    }

    /// <summary>Reads a duration or cron expression.</summary>
    /// <exception cref="FormatException">It is neither; the message says what is wrong.</exception>
    public static Cadence Parse(string text)
    {
        if (!Regex.IsMatch(text, DurationPattern))
        {
            return new(TimeSpan.Zero, ParseCron(text));
        }

        var every = long.Parse(text[..^1], CultureInfo.InvariantCulture) * text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };
        return every <= Longest ? new(every, null) : throw new FormatException($"'{text}' is longer than a year.");
    }

    /// <summary>What is wrong with a text, or null.</summary>
    public static string? Examine(string text)
    {
        try
        {
            _ = Parse(text);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>
    /// The next time after <paramref name="last"/>, the moment at which the loop last began. A time that passed meanwhile is not made
    /// up for twice: what is overdue is due once.
    /// </summary>
    public DateTimeOffset Next(DateTimeOffset last) =>
        _cron is null ? last + _every : _cron.GetNextOccurrence(last, TimeZoneInfo.Utc) ?? DateTimeOffset.MaxValue;

    private static CronExpression ParseCron(string text)
    {
        var seconds = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6;
        try
        {
            var cron = CronExpression.Parse(text, seconds ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return cron.GetNextOccurrence(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is null
                ? throw new FormatException($"'{text}' never comes due.")
                : cron;
        }
        catch (CronFormatException e)
        {
            throw new FormatException($"'{text}' is no cron expression: {e.Message}", e);
        }
    }
}
