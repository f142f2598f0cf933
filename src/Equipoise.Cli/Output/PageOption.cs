using System.CommandLine;

namespace Equipoise.Cli.Output;

/// <summary>The option <c>--html FILE</c>: the answer as a page, too.</summary>
internal static class PageOption
{
    public static Option<string?> Make()
    {
        var option = new Option<string?>("--html") { Description = "Write the answer as a page to this file, too: one HTML file with charts, which needs nothing else.", HelpName = "FILE" };
        option.Validators.Add(result =>
        {
            // Told before anything is trained.
            if (result.Tokens is [{ Value: var file }] && Fault(file) is { } fault) result.AddError($"--html: {fault}");
        });
        return option;
    }

    /// <summary>What speaks against writing a file; null if nothing does.</summary>
    public static string? Fault(string file)
    {
        if (Directory.Exists(file)) return $"'{file}' is a folder. Name a file: {Path.Combine(file, "report.html")}.";
        string folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".";
        return Directory.Exists(folder) ? null : $"there is no folder '{folder}' to write {Path.GetFileName(file)} in. Make it first.";
    }
}
