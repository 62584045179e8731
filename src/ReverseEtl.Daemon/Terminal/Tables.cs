using Spectre.Console;

namespace ReverseEtl.Daemon.Terminal;

/// <summary>Tables for people. Cell texts come from outside and are never read as markup.</summary>
internal static class Tables
{
    /// <summary>Draws a table; nothing when there are no rows.</summary>
    public static void Draw(this Ui ui, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var table = new Table().RoundedBorder();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell ?? "")).ToArray());
        }

        if (table.Rows.Count > 0)
        {
            ui.Out.Write(table);
        }
    }
}
