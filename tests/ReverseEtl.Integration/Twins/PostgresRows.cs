using ReverseEtl.Integration.Support;

namespace ReverseEtl.Integration.Twins;

/// <summary>Rows in a real Postgres. Their time is the world's, as everywhere in it.</summary>
internal sealed class PostgresRows(World world) : IRows
{
    public const string Columns = "id, email, first_name, last_name, phone, job_title";

    private string Now => $"'{world.Time.GetUtcNow():O}'";

    public Task AddAsync(string id, string email, string lastName) =>
        world.SqlAsync($"insert into people (id, email, last_name, updated_at) values ('{id}', '{email}', '{lastName}', {Now})");

    public Task SetAsync(string id, string column, string? value) => world.SqlAsync(
        $"update people set {column} = {(value is null ? "null" : $"'{value}'")}, updated_at = {Now} where id = '{id}'");

    public Task RemoveAsync(string id) => world.SqlAsync($"delete from people where id = '{id}'");

    public Task<IReadOnlyList<string>> LookAsync() =>
        world.RowsAsync($"select {Columns} from people order by id collate \"C\"");
}
