using ReverseEtl.Daemon.MappingFiles;

namespace ReverseEtl.Daemon.Tests.MappingFiles;

public class CadenceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 30, TimeSpan.Zero);

    [Theory]
    [InlineData("30s", "2026-03-01T12:01:00Z")]
    [InlineData("5m", "2026-03-01T12:05:30Z")]
    [InlineData("1h", "2026-03-01T13:00:30Z")]
    [InlineData("2d", "2026-03-03T12:00:30Z")]
    [InlineData("*/5 * * * *", "2026-03-01T12:05:00Z")]
    [InlineData("*/10 * * * * *", "2026-03-01T12:00:40Z")]
    [InlineData("@hourly", "2026-03-01T13:00:00Z")]
    [InlineData("0 6 * * 1-5", "2026-03-02T06:00:00Z")]
    public void Next_time_follows_duration_or_cron(string text, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next), Cadence.Parse(text).Next(Noon));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5m")]
    [InlineData("1h30m")]
    [InlineData("61 * * * *")]
    [InlineData("* * *")]
    [InlineData("@never")]
    public void Anything_else_is_refused_with_a_reason(string text) => Assert.NotNull(Cadence.Examine(text));
}
