using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReverseEtl.Sandbox.Tests.Salesforce;

/// <summary>Whether an answer of ours has every member of a recorded one, with the same kind of value.</summary>
internal static class Shape
{
    /// <param name="recorded">The recorded body.</param>
    /// <param name="ours">Our body.</param>
    /// <param name="path">Where we are, for the message.</param>
    /// <param name="mayBeEmpty">Whether our lists may be empty where the recorded ones are not.</param>
    public static void Same(JsonNode recorded, JsonNode? ours, string path, bool mayBeEmpty = false)
    {
        Assert.True(ours is not null, $"{path} is missing");
        Assert.True(Kind(recorded) == Kind(ours!), $"{path}: recorded {Kind(recorded)}, ours {Kind(ours!)}");
        if (recorded is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                Assert.True(ours!.AsObject().ContainsKey(name), $"{path}.{name} is missing");
                if (value is not null && ours![name] is not null)
                {
                    Same(value, ours![name], $"{path}.{name}", mayBeEmpty);
                }
            }
        }
        else if (recorded is JsonArray { Count: > 0 } list && !(mayBeEmpty && ours!.AsArray().Count == 0))
        {
            Assert.NotEmpty(ours!.AsArray());
            Same(list[0]!, ours[0], $"{path}[0]", mayBeEmpty);
        }
    }

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() is JsonValueKind.False ? JsonValueKind.True : node.GetValueKind();
}
