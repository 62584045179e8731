using ReverseEtl.Core.Checking;
using ReverseEtl.Engine.Cycles;

namespace ReverseEtl.Daemon.Configuration;

/// <summary>The configuration, read on demand: each command asks only for the parts that it needs.</summary>
/// <param name="configuration">All sources merged.</param>
/// <param name="folder">The working directory, to which relative paths refer.</param>
/// <param name="mappingsFolder">A folder named on the command line; null for the configured one.</param>
public sealed class RetlSettings(IConfiguration configuration, string folder, string? mappingsFolder = null)
{
    /// <summary>The working directory.</summary>
    public string Folder => folder;

    /// <summary>The whole configuration.</summary>
    public IConfiguration Configuration => configuration;

    /// <summary>The folder of the mapping files, as the user wrote it.</summary>
    public string MappingsFolder => mappingsFolder ?? configuration["Mappings"] ?? "mappings";

    /// <summary>Names under <c>Warehouses</c>.</summary>
    public IReadOnlyList<string> WarehouseNames => Names("Warehouses");

    /// <summary>Names under <c>Crms</c>.</summary>
    public IReadOnlyList<string> CrmNames => Names("Crms");

    /// <summary>The state database.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public string StateConnectionString => Required("ConnectionStrings:State", "the PostgreSQL database that holds the state");

    /// <summary>Times and sizes of the engine.</summary>
    /// <exception cref="ConfigurationException">An unknown key, or a value that is no time or number.</exception>
    public EngineOptions Engine => Bind<EngineOptions>("Engine");

    /// <summary>How the daemon behaves.</summary>
    /// <exception cref="ConfigurationException">As <see cref="Engine"/>.</exception>
    public DaemonOptions Daemon => Bind<DaemonOptions>("Daemon");

    /// <summary>The CRM connections that take webhooks.</summary>
    /// <exception cref="ConfigurationException">A setting is missing or wrong.</exception>
    public IReadOnlyDictionary<string, WebhookSettings> Webhooks => WebhookSettings.ReadAll(this);

    /// <summary>Reads what the daemon needs whatever its mappings are.</summary>
    /// <exception cref="ConfigurationException">Something is missing or wrong; waiting would not mend it.</exception>
    public void CheckForDaemon()
    {
        _ = StateConnectionString;
        _ = Engine;
        _ = Webhooks;
        if (Daemon is { LogFormat: not ("text" or "json") })
        {
            throw new ConfigurationException("Daemon:LogFormat", $"'{Daemon.LogFormat}' is no log format.", "Write text or json.");
        }
    }

    /// <summary>The section of one warehouse; has a <c>Type</c>.</summary>
    /// <exception cref="ConfigurationException">There is no such warehouse or it has no type.</exception>
    public IConfigurationSection Warehouse(string name) => Connection("Warehouses", name, WarehouseNames);

    /// <summary>The section of one CRM; has a <c>Type</c>.</summary>
    /// <exception cref="ConfigurationException">There is no such CRM or it has no type.</exception>
    public IConfigurationSection Crm(string name) => Connection("Crms", name, CrmNames);

    /// <summary>A value that must be there.</summary>
    /// <exception cref="ConfigurationException">It is not.</exception>
    public string Required(string key, string meaning) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value)
        ? value
        : throw new ConfigurationException(key, $"is missing; it is {meaning}.", $"Set it in appsettings.json or as environment variable {Variable(key)}.");

    /// <summary>The environment variable of a key.</summary>
    public static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private IConfigurationSection Connection(string section, string name, IReadOnlyList<string> known)
    {
        if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            var list = known.Count == 0 ? "There is none yet" : $"There is {string.Join(", ", known)}";
            throw new ConfigurationException($"{section}:{name}", "is not configured.", $"{list}; add it to appsettings.json or use a configured name in the mapping.");
        }

        _ = Required($"{section}:{name}:Type", "the kind of connection");
        return configuration.GetSection($"{section}:{name}");
    }

    private List<string> Names(string section) => [.. configuration.GetSection(section).GetChildren().Select(child => child.Key).Order(StringComparer.Ordinal)];

    private T Bind<T>(string name)
        where T : new()
    {
        var section = configuration.GetSection(name);
        var known = typeof(T).GetProperties().Select(property => property.Name).ToList();
        var stranger = section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        if (stranger is not null)
        {
            var nearest = NearestWord.Find(stranger.Key, known);
            throw new ConfigurationException(
                stranger.Path, "is no known key.", nearest is null ? $"The keys of {name} are {string.Join(", ", known)}." : $"Did you mean {name}:{nearest}?");
        }

        try
        {
            return section.Get<T>() ?? new T();
        }
        catch (InvalidOperationException e)
        {
            throw new ConfigurationException(name, e.Message, "Write times as 00:15:00 (hours:minutes:seconds) or 1.00:00:00 (a day), sizes as whole numbers.");
        }
    }
}
