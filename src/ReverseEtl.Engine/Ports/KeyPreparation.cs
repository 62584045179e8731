using ReverseEtl.Core.Schemas;

namespace ReverseEtl.Engine.Ports;

/// <summary>What the key field of a mapping needs in the CRM.</summary>
/// <param name="IsReady">Whether the field can carry the key as it is now.</param>
public sealed record KeyPreparation(bool IsReady)
{
    /// <summary>What was made just now, one line each for people.</summary>
    public IReadOnlyList<string> Made { get; init; } = [];

    /// <summary>What is still missing and the API could make, one line each for people.</summary>
    public IReadOnlyList<string> CanMake { get; init; } = [];

    /// <summary>What only an administrator of the CRM can do, one line each for people.</summary>
    public IReadOnlyList<string> ForAdmin { get; init; } = [];

    /// <summary>What a look at the object alone tells; for CRMs whose API cannot make fields.</summary>
    public static KeyPreparation Of(SideSchema? schema, string objectType, string keyField)
    {
        string? toDo = schema?.Find(keyField) switch
        {
            _ when schema is null => $"Make the object {objectType} visible to the user of this connection.",
            null => $"Create a field {keyField} on {objectType}: text of 255 characters, unique, an external id, visible and editable for the user of this connection.",
            { Unique: false } => $"Make {keyField} of {objectType} unique, as an external id.",
            { Createable: false } or { Updateable: false } => $"Let the user of this connection edit {keyField} of {objectType}.",
            _ => null,
        };
        return toDo is null ? new KeyPreparation(IsReady: true) : new KeyPreparation(IsReady: false) { ForAdmin = [toDo] };
    }
}
