using System.CommandLine;

namespace Equipoise.Cli;

/// <summary>A command whose own help also shows details and examples, while the list of commands shows a line.</summary>
internal sealed class ToolCommand(string name, string summary, string details, string[] examples) : Command(name, summary)
{
    /// <summary>Puts details and examples into the help.</summary>
    public void ShowAll()
        => Description = $"{Description}{(details.Length == 0 ? "" : $"\n{details}")}\n\nExample:\n{string.Join("\n", examples.Select(e => $"  {e}"))}";
}
