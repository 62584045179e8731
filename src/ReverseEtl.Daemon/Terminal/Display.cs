using System.Globalization;
using ReverseEtl.Core.Values;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Daemon.Terminal;

/// <summary>Values and times as people and machines see them.</summary>
internal static class Display
{
    /// <summary>The text of a value; null when there is none, whatever the reason.</summary>
    public static string? OrNull(this FieldValue value) => value.State is ValueState.Value ? value.Text : null;

    /// <summary>A value for people.</summary>
    public static string ForPeople(this FieldValue value) => value.State switch
    {
        ValueState.Value => value.Text!,
        ValueState.Null => "(empty)",
        ValueState.Absent => "(no record)",
        _ => "(unknown)",
    };

    /// <summary>A time for people, with its age.</summary>
    public static string ForPeople(this DateTimeOffset? at, DateTimeOffset now) =>
        at is { } time ? $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z ({Age(now - time)})" : "never";

    /// <summary>How much of a CRM's day is used, for people.</summary>
    public static string ForPeople(this CrmUse use)
    {
        var used = string.Create(CultureInfo.InvariantCulture, $"{use.Used:N0} of {use.Limit:N0} requests of the day are used");
        var share = use.Left is { } left ? string.Create(CultureInfo.InvariantCulture, $", {left:N0} are left of our share") : "";
        var forecast = use.UsedUpAt is { } at ? $"; at the pace of the last hour that is used up at {at.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "";
        return $"{used}{share}{forecast}.";
    }

    private static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalMinutes: < 1 } => $"{(int)age.TotalSeconds} s ago",
        { TotalHours: < 1 } => $"{(int)age.TotalMinutes} min ago",
        { TotalDays: < 2 } => $"{(int)age.TotalHours} h ago",
        _ => $"{(int)age.TotalDays} days ago",
    };
}
