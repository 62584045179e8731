using Microsoft.Extensions.Configuration;
using ReverseEtl.Daemon.Configuration;
using ReverseEtl.Daemon.Connections;

namespace ReverseEtl.Daemon.Tests.Commands;

public class ConfigurationTests
{
    [Theory]
    [InlineData("Warehouses:main:Type", null, "Warehouses:main:Type", "is missing; it is the kind of connection.", "Warehouses__main__Type")]
    [InlineData("Warehouses:main:Type", "oracel", "Warehouses:main:Type", "there is no connection type 'oracel'.", "postgres")]
    [InlineData("Warehouses:main:ConnectionString", null, "Warehouses:main:ConnectionString", "is missing", "Warehouses__main__ConnectionString")]
    [InlineData("Warehouses:main:ConnectionString", "Pasword=hunter2", "Warehouses:main", "", "")]
    [InlineData("Crms:sf:Type", "siebel", "Crms:sf:Type", "there is no connection type 'siebel'.", "salesforce")]
    [InlineData("Crms:sf:LoginUrl", null, "Crms:sf:LoginUrl", "", "Crms__sf__LoginUrl")]
    [InlineData("ConnectionStrings:State", null, "ConnectionStrings:State", "is missing; it is the PostgreSQL database that holds the state.", "ConnectionStrings__State")]
    [InlineData("ConnectionStrings:State", "Pasword=hunter2", "ConnectionStrings:State", "is no connection string.", "Host=")]
    [InlineData("Engine:BatchSzie", "5", "Engine:BatchSzie", "is no known key.", "Did you mean Engine:BatchSize?")]
    [InlineData("Engine:TombstoneAge", "a day", "Engine", "", "00:15:00")]
    public void Wrong_setting_names_the_key_and_the_remedy_and_no_secret(string key, string? value, string named, string what, string remedy)
    {
        var settings = Settings(key, value);

        var e = Assert.Throws<ConfigurationException>(() => Use(settings));

        Assert.StartsWith(named, e.Key, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, e.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", e.ToString() + e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Right_settings_open_everything_without_connecting() => Use(Settings("Mappings", "mappings"));

    [Fact]
    public void Named_file_takes_the_place_of_the_usual_ones_and_must_be_there_and_valid()
    {
        var folder = Directory.CreateTempSubdirectory("retl-").FullName;
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), """{ "Mappings": "usual" }""");
        File.WriteAllText(Path.Combine(folder, "other.json"), """{ "Mappings": "other" } // comment""");
        File.WriteAllText(Path.Combine(folder, "bad.json"), "{\n  \"Mappings\" \"x\"\n}");

        Assert.Equal("usual", ConfigurationFiles.Load(null, folder)["Mappings"]);
        Assert.Equal("other", ConfigurationFiles.Load("other.json", folder)["Mappings"]);
        Assert.Contains("there is no file", Assert.Throws<ConfigurationException>(() => ConfigurationFiles.Load("none.json", folder)).Message, StringComparison.Ordinal);
        Assert.Contains("line 2", Assert.Throws<ConfigurationException>(() => ConfigurationFiles.Load("bad.json", folder)).Message, StringComparison.Ordinal);
    }

    private static void Use(RetlSettings settings)
    {
        settings.CheckForDaemon();
        var connections = new ConfiguredConnections(settings, TimeProvider.System);
        _ = connections.State;
        _ = connections.Warehouse("main");
        _ = connections.Crm("sf");
    }

    private static RetlSettings Settings(string key, string? value)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:State"] = "Host=127.0.0.1;Database=retl",
            ["Warehouses:main:Type"] = "postgres",
            ["Warehouses:main:ConnectionString"] = "Host=127.0.0.1;Database=warehouse",
            ["Crms:sf:Type"] = "salesforce",
            ["Crms:sf:LoginUrl"] = "http://127.0.0.1:5081",
            ["Crms:sf:Auth"] = "client_credentials",
            ["Crms:sf:ClientId"] = "id",
            ["Crms:sf:ClientSecret"] = "secret",
            [key] = value,
        };
        return new RetlSettings(new ConfigurationBuilder().AddInMemoryCollection(all.Where(each => each.Value is not null)).Build(), Directory.GetCurrentDirectory());
    }
}
