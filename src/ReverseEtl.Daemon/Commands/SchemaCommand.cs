using System.CommandLine;
using ReverseEtl.Daemon.MappingFiles.Format;

namespace ReverseEtl.Daemon.Commands;

/// <summary><c>retl schema</c>: the JSON Schema of mapping files.</summary>
internal static class SchemaCommand
{
    public static Command Create(RetlParts parts)
    {
        var command = new Command("schema", "Print the JSON Schema of mapping files, for editors (schemas/mapping.v1.json).");
        command.SetAction(_ =>
        {
            parts.Output.Write(MappingSchema.Write());
            return ExitCodes.Good;
        });
        return command;
    }
}
