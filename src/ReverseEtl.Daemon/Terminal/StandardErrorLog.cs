using Microsoft.Extensions.Logging.Console;

namespace ReverseEtl.Daemon.Terminal;

/// <summary>Log lines on standard error: standard output belongs to the command's answer.</summary>
internal static class StandardErrorLog
{
    /// <summary>Sends logs to standard error as one-line text or JSON, with the ids of run and mapping.</summary>
    public static void Add(ILoggingBuilder logging, string format, LogLevel least)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(least);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (format == "json")
        {
            logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
        else
        {
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd HH:mm:ss'Z' ";
                options.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
