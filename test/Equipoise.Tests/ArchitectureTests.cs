using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Equipoise.Tests;

/// <summary>The order of the house, kept: what may use what. See ARCHITECTURE.md.</summary>
public sealed partial class ArchitectureTests
{
    // A folder of the trunk uses those to its left, never those to its right nor its neighbours.
    private static readonly string[][] Order =
    [
        ["Constraints", "Initializers", "Regularizers", "Schedules"],
        ["Activations"],
        ["Layers", "Losses", "Metrics", "Optimizers", "Data"],
        ["Models", "Architectures"],
        ["Ledger"],
        ["Training"],
        ["Diagnostics"],
        ["Configs"],
        ["Runs"],
        ["Trials"],
        ["Advice", "Sweeps", "Audits"],
        ["Reports"],
    ];

    // Projects and the projects that each may refer to, directly.
    private static readonly (string Project, string[] Allowed)[] References =
    [
        ("Equipoise.Catalogs", []),
        ("Equipoise.Engine", []),
        ("Equipoise.Balancing", ["Equipoise.Catalogs"]),
        ("Equipoise", ["Equipoise.Catalogs", "Equipoise.Engine", "Equipoise.Balancing"]),
    ];

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?(Equipoise(?:\.\w+)+)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"\bSystem\.Runtime\.Intrinsics\.(?:X86|Arm|Wasm)\b")]
    private static partial Regex MachineIntrinsics();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex UnsafeWord();

    private static string Root
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                if (File.Exists(Path.Combine(at.FullName, "Equipoise.slnx"))) return at.FullName;
            }
            throw new DirectoryNotFoundException($"No Equipoise.slnx above {AppContext.BaseDirectory}.");
        }
    }

    [Fact]
    public void Folders_of_the_trunk_use_only_those_to_their_left()
    {
        var faults = new List<string>();
        foreach (var (file, text) in Sources("src/Equipoise"))
        {
            string folder = file.Split('/')[2];
            if (folder.EndsWith(".cs", StringComparison.Ordinal)) continue;            // the root: exceptions, small helpers
            int place = PlaceOf(folder);
            if (place < 0) faults.Add($"{file}: folder '{folder}' has no place in the order; write it into the table of this test");
            foreach (string used in Used(text).Where(u => u != folder))
            {
                int other = PlaceOf(used);
                if (other >= 0 && other >= place) faults.Add($"{file}: {folder} may not use {used}");
            }
        }
        Assert.True(faults.Count == 0, string.Join("\n", faults));
    }

    [Fact]
    public void The_root_of_the_trunk_uses_no_folder()
    {
        var faults = Sources("src/Equipoise").Where(s => s.File.Split('/').Length == 3)
            .SelectMany(s => Used(s.Text).Where(u => PlaceOf(u) >= 0).Select(u => $"{s.File} uses {u}"));
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_folder_of_the_trunk_is_a_namespace()
    {
        var faults = Sources("src/Equipoise").Where(s => s.File.Split('/').Length > 3 && !s.Text.Contains($"\nnamespace Equipoise.{s.File.Split('/')[2]}", StringComparison.Ordinal)
            && !s.Text.StartsWith($"namespace Equipoise.{s.File.Split('/')[2]}", StringComparison.Ordinal)).Select(s => s.File);
        Assert.Empty(faults);
    }

    [Fact]
    public void Projects_refer_only_to_those_below_them()
    {
        foreach (var (project, allowed) in References)
        {
            var found = XDocument.Load(Path.Combine(Root, "src", project, $"{project}.csproj")).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
            Assert.Empty(found.Except(allowed).Select(f => $"{project} refers to {f}"));
        }
    }

    [Theory]
    [InlineData("src/Equipoise.Engine", "Balancing", "Losses", "Training", "Ledger", "Models", "Layers", "Metrics")]
    [InlineData("src/Equipoise.Balancing", "Engine", "Losses", "Training", "Ledger", "Models", "Layers", "Metrics")]
    [InlineData("src/Equipoise.Catalogs", "Engine", "Balancing", "Losses", "Training", "Models", "Layers", "Metrics")]
    public void A_leaf_has_never_heard_of(string project, params string[] strangers)
    {
        var faults = Sources(project).SelectMany(s => Used(s.Text).Intersect(strangers).Select(u => $"{s.File} uses {u}"));
        Assert.Empty(faults);
    }

    [Fact]
    public void Only_kernels_speak_to_one_kind_of_machine()
    {
        var faults = Sources("src").Where(s => MachineIntrinsics().IsMatch(s.Text) && !s.File.StartsWith("src/Equipoise.Engine/Kernels/", StringComparison.Ordinal)
            && s.File != "src/Equipoise/Runs/Machine.cs").Select(s => s.File);                    // which only says what the machine has
        Assert.Empty(faults);
    }

    [Fact]
    public void Only_the_engine_is_unsafe()
    {
        var faults = Sources("src").Where(s => !s.File.StartsWith("src/Equipoise.Engine/", StringComparison.Ordinal) && UnsafeWord().IsMatch(WithoutComments(s.Text))).Select(s => s.File);
        Assert.Empty(faults);
    }

    [Fact]
    public void Engine_and_balancing_meet_in_training_alone()
    {
        var faults = Sources("src/Equipoise").Where(s => Used(s.Text).Contains("Balancing") && !s.File.StartsWith("src/Equipoise/Training/", StringComparison.Ordinal)
            && Used(s.Text).Contains("Engine")).Select(s => s.File);
        Assert.Empty(faults);
    }

    // The words after "Equipoise." in using lines.
    private static IEnumerable<string> Used(string text) => UsingLine().Matches(text).Select(m => m.Groups[1].Value.Split('.')[1]).Distinct();

    private static int PlaceOf(string folder) => Array.FindIndex(Order, o => o.Contains(folder));

    private static string WithoutComments(string text) => string.Join("\n", text.Split('\n').Select(l => l.IndexOf("//", StringComparison.Ordinal) is >= 0 and var at ? l[..at] : l));

    private static IEnumerable<(string File, string Text)> Sources(string folder)
        => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(f => (File: Path.GetRelativePath(Root, f).Replace('\\', '/'), Path: f))
            .Where(f => !f.File.Contains("/obj/", StringComparison.Ordinal) && !f.File.Contains("/bin/", StringComparison.Ordinal))
            .OrderBy(f => f.File, StringComparer.Ordinal)
            .Select(f => (f.File, File.ReadAllText(f.Path)));
}
