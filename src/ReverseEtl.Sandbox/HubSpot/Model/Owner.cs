namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A person who can own records. <see cref="Id"/> is what <c>hubspot_owner_id</c> holds; <see cref="UserId"/> is not.</summary>
internal sealed record Owner(string Id, string Email, string FirstName, string LastName, long UserId, bool Archived = false)
{
    public static IReadOnlyList<Owner> Defaults { get; } =
    [
        new("968001", "dana.reyes@example.com", "Dana", "Reyes", 28604240),
        new("968002", "kofi.mensah@example.com", "Kofi", "Mensah", 28604241),
        new("968003", "ines.braun@example.com", "Ines", "Braun", 28604242),
        new("968004", "left.company@example.com", "Lev", "Gone", 28604243, Archived: true),
    ];
}
