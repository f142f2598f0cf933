#!/usr/bin/env dotnet
// Makes packages.csv.gz and untagged.csv.gz from the package lists that apt keeps on a Debian or Ubuntu machine.
//
//     sudo apt-get -o Acquire::Languages=en update           # brings the lists, with the long descriptions
//     dotnet run samples/packages/MakePackages.cs            # writes beside this file
//     dotnet run samples/packages/MakePackages.cs -- --lists FOLDER --to FOLDER
//
// The columns are those of README.md. The same lists give the same files, byte for byte.
#:property PublishAot=false
#:property NoWarn=CA1303

using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

const int LeastRows = 100;          // a tag, section or team with fewer rows is left out, or is "other"
const int LongestText = 2500;       // characters of a description
const int LongParagraph = 80;       // letters from which a shared paragraph makes two packages relatives
const int CommonParagraph = 60;     // unless so many sources have it: then it is a formula, such as a licence

string lists = Option("--lists") ?? "/var/lib/apt/lists";
string target = Option("--to") ?? Home();
if (!Directory.Exists(lists)) return Fail($"{lists}: there is no such folder. This wants a machine with apt, or --lists FOLDER.");

string[] packageFiles = Find("_Packages");
string[] translationFiles = Find("_Translation-en");
if (packageFiles.Length == 0) return Fail($"{lists}: there is no package list of the section main. Run 'apt-get update' first.");
if (translationFiles.Length == 0) return Fail($"{lists}: there is no Translation-en. Run 'apt-get -o Acquire::Languages=en update' first.");

var descriptions = new Dictionary<string, string>(StringComparer.Ordinal);
foreach (string file in translationFiles)
{
    foreach (var record in Records(file))
    {
        if (record.TryGetValue("Description-md5", out string? key) && record.TryGetValue("Description-en", out string? text)) descriptions.TryAdd(key, text);
    }
}

var rows = new SortedDictionary<string, Row>(StringComparer.Ordinal);
foreach (string file in packageFiles)
{
    foreach (var record in Records(file))
    {
        if (Read(record) is { } row) rows.TryAdd(row.Package, row);
    }
}
if (rows.Count == 0) return Fail($"{lists}: no package has a description. Are Packages and Translation-en of the same release?");

Row[] all = [.. rows.Values];
Group(all);
Row[] tagged = [.. all.Where(r => r.Tags.Length > 0)];
Row[] untagged = [.. all.Where(r => r.Tags.Length == 0 && r.Split == "train")];     // what is not known cannot test anything
var tags = Frequent(tagged.SelectMany(r => r.Tags));
var sections = Frequent(tagged.Select(r => r.Section));
var teams = Frequent(tagged.Select(r => r.Team).Where(t => t.Length > 0));
Write("packages.csv.gz", tagged);
Write("untagged.csv.gz", untagged);
return 0;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

static string Home([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 1;
}

// Lists of the section main, of the oldest suite name first, so that a release comes before its updates.
string[] Find(string ending) => [.. Directory.EnumerateFiles(lists)
    .Where(f => Regex.IsMatch(Path.GetFileName(f), $"_main_.*{ending}(\\.[a-z0-9]+)?$"))
    .Order(StringComparer.Ordinal)];

// Records of "Key: value" lines, further lines of a value indented, an empty line between two records.
static IEnumerable<Dictionary<string, string>> Records(string file)
{
    var start = new ProcessStartInfo("/usr/lib/apt/apt-helper", ["cat-file", file]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
    using var process = Process.Start(start)!;
    var record = new Dictionary<string, string>(StringComparer.Ordinal);
    string key = "";
    while (process.StandardOutput.ReadLine() is { } line)
    {
        if (line.Length == 0)
        {
            if (record.Count > 0) yield return record;
            record = new(StringComparer.Ordinal);
        }
        else if (line[0] == ' ') record[key] += "\n" + line[1..];
        else if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
        {
            key = line[..colon];
            record[key] = line[(colon + 1)..].Trim();
        }
    }
    if (record.Count > 0) yield return record;
}

Row? Read(Dictionary<string, string> record)
{
    if (!record.TryGetValue("Package", out string? package) || !record.TryGetValue("Description-md5", out string? key) || !descriptions.TryGetValue(key, out string? text)) return null;
    string[] lines = text.Split('\n');
    string synopsis = Clean(lines[0]);
    if (synopsis.Length == 0 || synopsis.Contains("transitional", StringComparison.OrdinalIgnoreCase)) return null;
    // A line with a dot alone ends a paragraph.
    string[] paragraphs = [.. string.Join('\n', lines[1..]).Split("\n.\n").Select(Clean).Where(p => p.Length > 0)];
    string description = string.Join(" | ", paragraphs);
    string source = record.GetValueOrDefault("Source", package);
    return new Row
    {
        Package = package,
        Source = source.Split(' ')[0],
        Synopsis = synopsis,
        Description = description.Length > LongestText ? description[..LongestText] : description,
        Paragraphs = paragraphs,
        Tags = [.. Regex.Replace(record.GetValueOrDefault("Tag", ""), "\\{([^}]*)\\}", "$1").Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries).Where(t => t.Contains("::", StringComparison.Ordinal)).Order(StringComparer.Ordinal)],
        Section = record.GetValueOrDefault("Section", "other").Split('/')[^1],
        Kib = record.GetValueOrDefault("Installed-Size", ""),
        All = record.GetValueOrDefault("Architecture") == "all",
        MultiArch = record.GetValueOrDefault("Multi-Arch", "no"),
        Depends = Count("Depends") + Count("Pre-Depends"),
        Team = Team(record.GetValueOrDefault("Maintainer", "")),
        Priority = record.GetValueOrDefault("Priority", ""),
    };

    int Count(string field) => record.TryGetValue(field, out string? value) && value.Length > 0 ? value.Count(c => c == ',') + 1 : 0;
}

static string Clean(string text)
{
    string line = Regex.Replace(text, "\\s+", " ").Trim();
    return Regex.Replace(line, "[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+", "<email>");
}

// The name of a packaging team; a single person is none.
static string Team(string maintainer)
{
    string name = maintainer.Split('<')[0].Trim().Trim('"').ToLowerInvariant();
    if (!Regex.IsMatch(name, "\\b(team|maintainers?|group|packagers|developers)\\b")) return "";
    return Regex.Replace(name, "^debian\\s+", "");
}

// Relatives are always in one part: packages of a source, sources whose names differ in digits alone, texts that share a long paragraph or are equal.
void Group(Row[] members)
{
    int[] parent = [.. Enumerable.Range(0, members.Length)];
    Join(r => [r.Source]);
    Join(r => [Regex.Replace(r.Source, "[0-9.]+", "#")]);
    Join(r => [r.Synopsis + "\n" + r.Description]);
    var sources = members.SelectMany(r => r.Paragraphs.Distinct().Select(p => (Paragraph: p, r.Source))).Distinct().GroupBy(x => x.Paragraph).ToDictionary(g => g.Key, g => g.Count());
    Join(r => [.. r.Paragraphs.Where(p => p.Count(char.IsLetter) >= LongParagraph && sources[p] <= CommonParagraph)]);
    for (int i = 0; i < members.Length; i++)
    {
        // The family is called after its first source; its hash decides the part: 70 % train, 10 % valid, 20 % test.
        members[i].Family = members[Root(i)].Source;
        uint hash = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(members[i].Family)), 0) % 10;
        members[i].Split = hash < 7 ? "train" : hash < 8 ? "valid" : "test";
    }

    void Join(Func<Row, string[]> keys)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < members.Length; i++)
        {
            foreach (string key in keys(members[i]))
            {
                if (!first.TryAdd(key, i)) Unite(first[key], i);
            }
        }
    }

    // The smaller number is the root, so that the family's name does not depend on the order of joining.
    void Unite(int a, int b)
    {
        (a, b) = (Root(a), Root(b));
        parent[Math.Max(a, b)] = Math.Min(a, b);
    }

    int Root(int i)
    {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    }
}

static HashSet<string> Frequent(IEnumerable<string> values) => [.. values.GroupBy(v => v).Where(g => g.Count() >= LeastRows).Select(g => g.Key)];

void Write(string name, Row[] members)
{
    string path = Path.Combine(target, name);
    using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.SmallestSize), new UTF8Encoding(false)) { NewLine = "\n" })
    {
        writer.WriteLine("package,source,group,split,synopsis,description,tags,has_tags,section,installed_kib,log10_kib,arch_all,multi_arch,n_depends,team,priority");
        foreach (var row in members)
        {
            bool sized = double.TryParse(row.Kib, CultureInfo.InvariantCulture, out double kib) && kib > 0;
            string[] fields =
            [
                row.Package, row.Source, row.Family, row.Split, row.Synopsis, row.Description, string.Join(' ', row.Tags.Where(tags.Contains)), row.Tags.Length > 0 ? "1" : "0",
                sections.Contains(row.Section) ? row.Section : "other", sized ? row.Kib : "", sized ? Math.Log10(kib).ToString("F4", CultureInfo.InvariantCulture) : "",
                row.All ? "1" : "0", row.MultiArch, row.Depends.ToString(CultureInfo.InvariantCulture), teams.Contains(row.Team) ? row.Team : "", row.Priority,
            ];
            writer.WriteLine(string.Join(',', fields.Select(f => f.AsSpan().ContainsAny("\",\n\r") ? $"\"{f.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : f)));
        }
    }
    Console.WriteLine($"{path}: {members.Length:N0} rows ({string.Join(", ", members.CountBy(r => r.Split).OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value:N0}"))}); {tags.Count} tags, {sections.Count} sections and other, {teams.Count} teams");
}

internal sealed class Row
{
    public required string Package { get; init; }
    public required string Source { get; init; }
    public required string Synopsis { get; init; }
    public required string Description { get; init; }
    public required string[] Paragraphs { get; init; }
    public required string[] Tags { get; init; }
    public required string Section { get; init; }
    public required string Kib { get; init; }
    public required bool All { get; init; }
    public required string MultiArch { get; init; }
    public required int Depends { get; init; }
    public required string Team { get; init; }
    public required string Priority { get; init; }
    public string Family { get; set; } = "";
    public string Split { get; set; } = "";
}
