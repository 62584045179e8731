using ReverseEtl.Engine.Ports;
using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Crms.Tests;

/// <summary>A connector on a simulated CRM, for <see cref="CrmContract"/>: what the tests need to know, and what people in the CRM do.</summary>
public interface ICrmBench : IAsyncDisposable
{
    /// <summary>The connector.</summary>
    ICrm Crm { get; }

    /// <summary>The clock that both sides share.</summary>
    TimeProvider Time { get; }

    /// <summary>The simulated CRM's site, for faults and counters.</summary>
    SandboxSite Site { get; }

    /// <summary>Object type with records that can be merged.</summary>
    string Object { get; }

    /// <summary>Its unique key field.</summary>
    string KeyField { get; }

    /// <summary>A text field that every new record needs or may have.</summary>
    string NameField { get; }

    /// <summary>A text field that may be empty.</summary>
    string TextField { get; }

    /// <summary>A number field.</summary>
    string NumberField { get; }

    /// <summary>A field and a value that the CRM refuses there, record by record.</summary>
    (string Field, string Value) Refused { get; }

    /// <summary>Part of the address of write requests, for faults.</summary>
    string WritePath { get; }

    /// <summary>The same CRM with credentials that are wrong.</summary>
    ICrm WithWrongCredentials();

    /// <summary>Another connector to the same CRM that has one request under way at a time.</summary>
    ICrm OneByOne();

    /// <summary>Lets the CRM's own delays pass (indexing, settling).</summary>
    void Settle();

    /// <summary>A person creates a record.</summary>
    string CreateAsUser(IReadOnlyDictionary<string, string?> fields);

    /// <summary>A person edits a record.</summary>
    void EditAsUser(string id, IReadOnlyDictionary<string, string?> fields);

    /// <summary>A person deletes a record.</summary>
    void DeleteAsUser(string id);

    /// <summary>A person merges a record into another; the id of the one that is left.</summary>
    string MergeAsUser(string winner, string loser);

    /// <summary>Ids of the live records with this key, as they truly are.</summary>
    IReadOnlyList<string> WithKey(string key);

    /// <summary>A value as it truly is; null when empty.</summary>
    string? Stored(string id, string field);
}
