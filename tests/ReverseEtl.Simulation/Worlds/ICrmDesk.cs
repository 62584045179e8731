using ReverseEtl.Sandbox.Http;

namespace ReverseEtl.Simulation.Worlds;

/// <summary>A CRM record as it truly is.</summary>
/// <param name="Id">Record id.</param>
/// <param name="IsLive">Neither in the bin nor merged away.</param>
/// <param name="MergedInto">The record that is left, for one that was merged away.</param>
/// <param name="Key">The warehouse key that it carries.</param>
/// <param name="Values">Its values as neutral text, in the order of the columns; null for blank.</param>
public sealed record CrmSight(string Id, bool IsLive, string? MergedInto, string? Key, string?[] Values);

/// <summary>What people and automation can do in a simulated CRM, and what an observer sees who knows everything.</summary>
/// <remarks>Acting throws <see cref="DeskException"/> where the CRM would not let anybody do it.</remarks>
public interface ICrmDesk
{
    /// <summary>Which CRM.</summary>
    CrmKind Kind { get; }

    /// <summary>Its API.</summary>
    SandboxSite Site { get; }

    /// <summary>Every record of a table's object, deleted ones included, in the order of creation.</summary>
    IReadOnlyList<CrmSight> Look(Table table);

    /// <summary>Types in a record.</summary>
    string Create(Table table, IReadOnlyDictionary<string, string?> fields, Hand hand);

    /// <summary>Changes fields.</summary>
    void Edit(Table table, string id, IReadOnlyDictionary<string, string?> fields, Hand hand);

    /// <summary>Changes one field of many records at one instant.</summary>
    void EditAll(Table table, IReadOnlyList<string> ids, string field, string? value);

    /// <summary>Puts it into the bin.</summary>
    void Delete(Table table, string id);

    /// <summary>Takes it out again.</summary>
    void Undelete(Table table, string id);

    /// <summary>Removes it without a trace.</summary>
    void Purge(Table table, string id);

    /// <summary>Merges one record into another.</summary>
    void Merge(Table table, string winner, string loser);

    /// <summary>Moves the time of the last change and nothing else.</summary>
    void Touch(Table table, string id);

    /// <summary>Takes a field's permission from the integration, or gives it back.</summary>
    void Hide(Table table, string field, bool isHidden);

    /// <summary>The next writes to this record meet a lock.</summary>
    void Lock(string id, int times);
}

/// <summary>Whose hand does something in the CRM.</summary>
public enum Hand
{
    /// <summary>A person.</summary>
    Person,

    /// <summary>Another person.</summary>
    Colleague,

    /// <summary>Automation that runs as the integration's own user, where the CRM has such a thing.</summary>
    OurUser,

    /// <summary>Automation of the CRM's own.</summary>
    Automation,
}

/// <summary>The CRM does not allow it.</summary>
public sealed class DeskException(string message) : Exception(message);
