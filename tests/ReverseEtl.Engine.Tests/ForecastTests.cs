using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ReverseEtl.Engine.Cycles;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Engine.Tests;

public sealed class ForecastTests : ILogger
{
    private static readonly DateTimeOffset Soon = new(2026, 3, 2, 16, 40, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Soon.AddHours(-3));
    private readonly List<string> _told = [];

    [Fact]
    public void Share_that_will_be_used_up_is_warned_of_once_an_hour_for_each_connection()
    {
        var forecast = new Forecast(_time, this);
        var use = new CrmUse(100, 1000, 400) { UsedUpAt = Soon };

        forecast.Tell("salesforce", use);
        forecast.Tell("Salesforce", use);
        forecast.Tell("hubspot", use);
        Assert.Equal(2, _told.Count);
        Assert.Contains("what salesforce may use of the day's requests (100 of 400) is used up at 2026-03-02 16:40Z", _told[0], StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromMinutes(61));
        forecast.Tell("salesforce", use);
        Assert.Equal(3, _told.Count);
    }

    [Fact]
    public void Share_that_lasts_or_is_used_up_already_or_is_not_known_is_no_warning()
    {
        var forecast = new Forecast(_time, this);

        forecast.Tell("salesforce", new CrmUse(100, 1000, 400));
        forecast.Tell("salesforce", new CrmUse(400, 1000, 400) { UsedUpAt = Soon });
        forecast.Tell("salesforce", null);

        Assert.Empty(_told);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _told.Add(formatter(state, exception));
}
