namespace ReverseEtl.Daemon.Configuration;

/// <summary>Something in the configuration is missing or wrong.</summary>
/// <param name="key">The key, as in <c>Warehouses:main:Type</c>.</param>
/// <param name="what">What is wrong; never the value of a secret.</param>
/// <param name="remedy">What to do.</param>
public sealed class ConfigurationException(string key, string what, string remedy) : Exception($"Configuration {key}: {what}")
{
    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>What to do.</summary>
    public string Remedy { get; } = remedy;
}
