namespace ReverseEtl.Integration.Twins;

/// <summary>The table <c>people</c> of one world, as a person who works in it sees it.</summary>
internal interface IRows
{
    /// <summary>Adds a row.</summary>
    Task AddAsync(string id, string email, string lastName);

    /// <summary>Sets a cell; nothing happens when there is no such row.</summary>
    Task SetAsync(string id, string column, string? value);

    /// <summary>Removes a row.</summary>
    Task RemoveAsync(string id);

    /// <summary>All rows by key, columns joined by a bar.</summary>
    Task<IReadOnlyList<string>> LookAsync();
}
