using ReverseEtl.Daemon.MappingFiles;

namespace ReverseEtl.Daemon.Tests.Support;

/// <summary>A small good mapping file, and the same with one line changed.</summary>
internal static class SampleMapping
{
    /// <summary>Both sides, with nothing said of records or fields yet.</summary>
    public const string Sides = """
        version: 1
        name: accounts
        warehouse:
          connection: main
          table: analytics.accounts
          key: account_id
          changed_at: updated_at
        crm:
          connection: salesforce
          object: Account
          key: Warehouse_Id__c

        """;

    public const string Text = Sides + """
        match:
          - { warehouse: domain, crm: Website, as: domain }
        records:
          new_in_crm: ignore
        fields:
          - { warehouse: name, crm: Name, owner: warehouse }
          - { warehouse: phone, crm: Phone, owner: shared, on_conflict: newest_wins }
          - { warehouse: csm, crm: Owner.Email, owner: crm }
        schedule: { push: 5m, pull: 1m }
        guard: { max_changes: 20%, max_deletes: 50 }

        """;

    public static string With(string line, string instead)
    {
        Assert.Contains(line, Text, StringComparison.Ordinal);
        return Text.Replace(line, instead, StringComparison.Ordinal);
    }

    public static MappingFile Read(string text) => MappingReader.Read("accounts.yaml", text);
}
