using System.Globalization;
using System.Text;
using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>A config that cannot be used. It holds every mistake that was found, in the order of the file, each with its place and remedy.</summary>
/// <remarks>The message reads like a compiler's: <c>equipoise.yaml:12:9: outputs[1].loss: There is no loss called 'hubber'. ...</c>, then the line and a caret under the place.</remarks>
public sealed class ConfigException : EquipoiseException
{
    /// <summary>One mistake without a place in a file.</summary>
    public ConfigException(string message) : base(message) => Problems = [new Problem(default, "", message)];

    /// <summary>The mistakes of a file; <paramref name="text"/> is its content, to show the lines.</summary>
    public ConfigException(string file, string text, IReadOnlyList<Problem> problems) : base(Describe(file, text, Sort(problems)))
    {
        File = file;
        Problems = Sort(problems);
    }

    /// <inheritdoc/>
    public override int ExitCode => 3;

    /// <summary>The file, if there is one.</summary>
    public string? File { get; }

    /// <summary>The mistakes in the order of the file.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    private static Problem[] Sort(IReadOnlyList<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return [.. problems.Distinct().OrderBy(p => p.Mark.Line).ThenBy(p => p.Mark.Column)];
    }

    private static string Describe(string file, string text, Problem[] problems)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        var message = new StringBuilder();
        foreach (var problem in problems)
        {
            if (message.Length > 0) message.AppendLine();
            message.Append(file);
            if (problem.Mark.Line > 0) message.Append(CultureInfo.InvariantCulture, $":{problem.Mark.Line}:{problem.Mark.Column}");
            message.Append(": ");
            if (problem.Path.Length > 0) message.Append(problem.Path).Append(": ");
            message.Append(problem.Message);
            if (problem.Mark.Line >= 1 && problem.Mark.Line <= lines.Length) AppendLine(message, lines[problem.Mark.Line - 1], problem.Mark);
        }
        if (problems.Length > 1) message.AppendLine().Append(CultureInfo.InvariantCulture, $"{problems.Length} mistakes.");
        return message.ToString();
    }

    // The source line, cut around the place if it is long, and a caret below. A tab stays a tab in both, so that the caret stands right.
    private static void AppendLine(StringBuilder message, string line, Mark mark)
    {
        const int Before = 60, Shown = 110;
        int at = Math.Clamp(mark.Column - 1, 0, line.Length);
        int start = line.Length <= Shown ? 0 : Math.Max(0, at - Before);
        string part = line.Substring(start, Math.Min(Shown, line.Length - start));
        string number = mark.Line.ToString(CultureInfo.InvariantCulture).PadLeft(5);
        string indent = string.Concat(part.Take(at - start).Select(c => c == '\t' ? '\t' : ' '));
        message.AppendLine().Append(number).Append(" | ").Append(part).AppendLine();
        message.Append("      | ").Append(indent).Append('^');
    }
}
