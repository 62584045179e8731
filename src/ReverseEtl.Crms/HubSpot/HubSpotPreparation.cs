using ReverseEtl.Core.Schemas;
using ReverseEtl.Crms.HubSpot.Wire;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.HubSpot;

/// <summary>
/// Looks whether a property can carry the warehouse key, and makes it with its group when asked (reference §2.4, §3.1). Uniqueness cannot
/// be switched on later, so a property that lacks it is never touched.
/// </summary>
internal sealed class HubSpotPreparation(HubSpotClient client, HubSpotPaths paths)
{
    /// <summary>The group in which our own properties stand.</summary>
    public const string Group = "warehouse_sync";

    private const string GroupLabel = "Warehouse sync";

    /// <summary>See <see cref="ICrm.PrepareAsync"/>.</summary>
    /// <param name="type">Object type.</param>
    /// <param name="keyField">The property that is to carry the key.</param>
    /// <param name="creates">Whether it may be made.</param>
    /// <param name="describe">Reads the type's properties; null when the type is not visible.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<KeyPreparation> PrepareAsync(
        HubSpotObject type, string keyField, bool creates, Func<Task<SideSchema?>> describe, CancellationToken cancellationToken)
    {
        if (Missing(await describe(), type, keyField) is not { } missing)
        {
            return new KeyPreparation(IsReady: true);
        }

        if (!missing.CanBeMade)
        {
            return new KeyPreparation(IsReady: false) { ForAdmin = [missing.Words] };
        }

        if (await ArchivedAsync(type, keyField, cancellationToken) is { HasUniqueValue: not true })
        {
            return new KeyPreparation(IsReady: false)
            {
                ForAdmin = [$"Name another key property: {keyField} of {type.Type} stands in the recycle bin without unique values, and would come back so."],
            };
        }

        if (!creates)
        {
            return new KeyPreparation(IsReady: false) { CanMake = [missing.Words] };
        }

        if (await MakeAsync(type, keyField, cancellationToken) is { } forAdmin)
        {
            return new KeyPreparation(IsReady: false) { ForAdmin = [forAdmin] };
        }

        // A property of this name in the recycle bin comes back as it was.
        var left = Missing(await describe(), type, keyField);
        return new KeyPreparation(IsReady: left is null)
        {
            Made = left is not null ? [] : [$"property {keyField} of {type.Type} (text, unique, in the group {Group})"],
            ForAdmin = left is null ? [] : [left.Value.Words],
        };
    }

    private static (string Words, bool CanBeMade)? Missing(SideSchema? schema, HubSpotObject type, string keyField) =>
        schema?.Find(keyField) switch
        {
            _ when schema is null => ($"Grant the scope to read the properties of {type.Type}, or check that there is such an object.", false),
            null when !IsName(keyField) => (
                $"Name another key property: '{keyField}' is no name for one (lower-case letters, digits and underscores, a letter first).", false),
            null => ($"property {keyField} of {type.Type} (text, unique)", true),
            { Unique: false } => (
                $"Name another key property: {keyField} of {type.Type} does not have unique values, and HubSpot cannot switch that on.", false),
            { Createable: false } or { Updateable: false } => ($"Name another key property: {keyField} of {type.Type} is read only.", false),
            _ => null,
        };

    /// <summary>What an admin must do instead; null when the property was made or is there.</summary>
    private async Task<string?> MakeAsync(HubSpotObject type, string keyField, CancellationToken cancellationToken)
    {
        var what = $"making the property {keyField} of {type.Type}";
        var group = await client.ConfigureAsync(
            paths.PropertyGroups(type.Type), new WireNewGroup(Group, GroupLabel), cancellationToken);
        var made = group.IsSuccess || group.Status is 409
            ? await client.ConfigureAsync(paths.Properties(type.Type), WireNewProperty.Key(keyField, Group), cancellationToken)
            : group;
        return made switch
        {
            { IsSuccess: true } or { Status: 409 } => null,
            { Status: 403 } => $"Grant the scope to write the properties of {type.Type}{Scopes(made.Error)}, or create {keyField} there: text, with unique values.",
            { Status: 400 } => $"Create {keyField} of {type.Type} by hand: HubSpot refuses it ({made.Error.Message}). "
                + "An object has at most 10 properties with unique values.",
            _ => throw made.Failure(what),
        };
    }

    // The bin keeps properties for 90 days; a new one of the same name is the old one restored, whatever it was.
    private async Task<WireProperty?> ArchivedAsync(HubSpotObject type, string name, CancellationToken cancellationToken)
    {
        var answer = await client.ListAsync(paths.Properties(type.Type), null, null, archived: true, null, cancellationToken);
        return answer.IsSuccess
            ? HubSpotJson.TryRead<WireProperties>(answer.Body)?.Results?.Find(property => property.Archived is true && HubSpotObject.Same(property.Name, name))
            : null;
    }

    private static string Scopes(WireError error) =>
        HubSpotFailures.ScopesOf(error) is { Count: > 0 } scopes ? $" ({string.Join(" or ", scopes)})" : "";

    private static bool IsName(string name) =>
        name.Length > 0 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_');
}
