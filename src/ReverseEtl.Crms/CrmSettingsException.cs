namespace ReverseEtl.Crms;

/// <summary>A connection's configuration is missing something or holds something wrong. The message names the key, never its value.</summary>
public sealed class CrmSettingsException(string connection, string key, string problem)
    : Exception($"Crms:{connection}:{key} {problem}")
{
    /// <summary>The key below the connection.</summary>
    public string Key => key;
}
