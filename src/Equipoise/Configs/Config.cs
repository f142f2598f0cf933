using Equipoise.Activations;
using Equipoise.Architectures;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Configs;

/// <summary>A training run as data: what is read, how the network is made, and how it is trained. Read from YAML or JSON.</summary>
/// <remarks>
/// Only the data's source and the names of the outputs are needed: types are found out from the data, and losses, metrics and layers have usual values.
/// <see cref="Read"/> finds all mistakes of the text itself; what needs the data (columns, types) is checked when they are read.
/// </remarks>
public sealed record Config : ConfigPart
{
    /// <summary>Name of the run; empty: that of the file.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where the rows come from.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>The inputs; null: every column that is not used otherwise.</summary>
    public IReadOnlyList<InputConfig>? Inputs { get; init; }

    /// <summary>Encoders that several inputs share, with their weights, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Layer>> Encoders { get; init; } = new Dictionary<string, IReadOnlyList<Layer>>();

    /// <summary>Named layers between inputs, outputs and one another.</summary>
    public IReadOnlyList<BranchConfig> Branches { get; init; } = [];

    /// <summary>The layers that all outputs share, after the inputs are joined; null: one dense layer and dropout.</summary>
    public IReadOnlyList<Layer>? Trunk { get; init; }

    /// <summary>What stands at the end of the trunk and gives each output a result of its own; null: all outputs have the same.</summary>
    public Architecture? Architecture { get; init; }

    /// <summary>The outputs.</summary>
    public IReadOnlyList<OutputConfig> Outputs { get; init; } = [];

    /// <summary>What sets the weights of the losses.</summary>
    public BalanceConfig Balance { get; init; } = new();

    /// <summary>How it is trained.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>The file it was read from; null: none.</summary>
    public string? File { get; init; }

    /// <summary>The text as read.</summary>
    public string Text { get; init; } = "";

    /// <summary>What messages call it; null: its file.</summary>
    internal string? Label { get; init; }

    /// <summary>The folder that files are relative to.</summary>
    public string Folder => File is null ? "." : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(File)) ?? ".";

    internal static ConfigSection<Config> Section { get; } = new("a config", new Config(),
        Keys.Text<Config>("name", "name of the run; that of the file", (x, v) => x with { Name = v }),
        Keys.Part<Config, DataConfig>("data", "where the rows come from", DataConfig.Read, (x, v) => x with { Data = v }),
        Keys.Parts<Config, InputConfig>("inputs", "the inputs; every column that is not used otherwise", InputConfig.Read, (x, v) => x with { Inputs = v }),
        new ConfigKey<Config>("encoders", "layers that several inputs share, with their weights, by name", "{name: list of layers}", ReadEncoders),
        Keys.Parts<Config, BranchConfig>("branches", "named layers on top of inputs, outputs or one another, for outputs that read 'from' them", BranchConfig.Read, (x, v) => x with { Branches = v }),
        new ConfigKey<Config>("trunk", "the layers that all outputs share, the last may be an architecture; one dense layer and dropout", "list of layers, architecture at the end", ReadTrunk),
        Keys.Parts<Config, OutputConfig>("outputs", "the outputs", OutputConfig.Read, (x, v) => x with { Outputs = v }),
        Keys.Part<Config, BalanceConfig>("balance", "what sets the weights of the losses while training; {method: fixed}", BalanceConfig.Read, (x, v) => x with { Balance = v }),
        Keys.Part<Config, TrainingConfig>("training", "how it is trained", TrainingConfig.Read, (x, v) => x with { Training = v }));

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">The file is missing or has mistakes; all are told.</exception>
    public static Config Load(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        string text;
        try
        {
            text = System.IO.File.ReadAllText(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            string hint = Directory.Exists(file) ? "It is a folder. Name the config in it." : "Write one with 'equipoise init DATA --target COLUMN'.";
            throw new ConfigException(System.IO.File.Exists(file) ? $"{file}: the config cannot be read: {fault.Message}" : $"{file}: there is no such config. {hint}");
        }
        return Read(text, file);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">Its file: for messages, and because other files are relative to its folder.</param>
    /// <exception cref="ConfigException">It has mistakes; all are told.</exception>
    public static Config Read(string text, string? file = null) => ReadAs(null, text, file);

    /// <summary>Reads a text that messages call otherwise than its file.</summary>
    internal static Config ReadAs(string? label, string text, string? file)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new Problems();
        var config = ReadWhatIsThere(label, text, file, problems);
        return problems.Any ? throw config.Fault(problems) : config;
    }

    /// <summary>Reads a text as far as it can be; mistakes go to <paramref name="problems"/>, for those who know how to mend some of them.</summary>
    /// <exception cref="ConfigException">It is no YAML, or empty.</exception>
    internal static Config ReadWhatIsThere(string? label, string text, string? file, Problems problems)
    {
        var root = ConfigText.Read(text, problems);
        string shown = label ?? (file is null ? "config" : System.IO.Path.GetFileName(file));
        if (problems.Any && root.IsNull) throw new ConfigException(shown, text, problems.All);
        if (root.IsNull) throw new ConfigException(shown, text, [new Problem(new Mark(1, 1), "", "The config is empty. It needs at least 'data: {source: FILE}' and 'outputs: [NAME]'.")]);
        var config = Section.Read(root, "", problems) with { File = file, Text = text, Label = label };
        config.CheckNames(problems);
        if (config.Name.Length == 0) config = config with { Name = file is null ? "run" : System.IO.Path.GetFileNameWithoutExtension(file) };
        return config;
    }

    /// <summary>The same config with another balancer.</summary>
    /// <param name="balance">What would stand behind <c>balance:</c>.</param>
    /// <exception cref="ConfigException">It has mistakes.</exception>
    public Config WithBalance(string balance)
    {
        ArgumentNullException.ThrowIfNull(balance);
        var problems = new Problems();
        var read = BalanceConfig.Read(ConfigText.Read(balance, problems), "balance", problems);
        return problems.Any ? throw new ConfigException("balance", balance, problems.All) : this with { Balance = read };
    }

    /// <summary>A fault found later, with the text shown.</summary>
    internal ConfigException Fault(Problems problems) => new(Label ?? (File is null ? "config" : System.IO.Path.GetFileName(File)), Text, problems.All);

    private void CheckNames(Problems problems)
    {
        if (Node.Entries is null) return;
        if (!Says("data")) problems.Add(Node.Mark, "", "'data' is missing: 'data: {source: FILE}'.");
        if (Outputs.Count == 0 && (!Says("outputs") || Node.Find("outputs")!.Value.Items is { Count: 0 })) Report(problems, "outputs", "There is no output. Name at least one: 'outputs: [NAME]'.");
        if (Inputs is { Count: 0 } && Node.Find("inputs")!.Value.Items is { Count: 0 }) Report(problems, "inputs", "There is no input. Name one, or leave 'inputs' out: then every other column is one.");
        Distinct(Outputs, o => o.Name, "outputs", problems);
        Distinct(Inputs ?? [], i => i.Name, "inputs", problems);
        Distinct(Branches, b => b.Name, "branches", problems);
        Wiring.Check(this, problems);
        JointLossConfig.Check(this, problems);
        foreach (var input in Inputs ?? [])
        {
            if (input.Encoder is { } encoder && !Encoders.ContainsKey(encoder)) input.Report(problems, "encoder", $"There is no shared encoder called '{encoder}'. {Suggestion.Advice(encoder, [.. Encoders.Keys])}");
            foreach (var output in Outputs)
            {
                IEnumerable<string> columns = input.Columns.Count > 0 ? input.Columns : [input.Name];
                if (output.Name.Length > 0 && columns.Contains(output.LabelColumn)) input.Report(problems, input.Says("column") ? "column" : input.Says("columns") ? "columns" : "name", $"The column '{output.LabelColumn}' is what output '{output.Name}' predicts, so it cannot be an input too. Remove one of the two.");
            }
        }
        foreach (string encoder in Encoders.Keys.Where(e => Inputs?.Any(i => i.Encoder == e) != true)) problems.Add(Node.Find("encoders")!.Value.Find(encoder)!.KeyMark, "encoders", $"No input uses the encoder '{encoder}'. Remove it, or write 'encoder: {encoder}' in the inputs that share it.");
    }

    private static void Distinct<T>(IReadOnlyList<T> parts, Func<T, string> name, string what, Problems problems) where T : ConfigPart
    {
        foreach (var group in parts.Where(p => name(p).Length > 0).GroupBy(name).Where(g => g.Count() > 1))
        {
            foreach (var again in group.Skip(1)) again.Report(problems, "name", $"Two {what} are called '{group.Key}'; the first in line {group.First().MarkOf("name").Line}. Give each a name of its own; 'column' says what it reads.");
        }
    }

    // A list of layers, of which the last may be an architecture; an architecture alone needs no list.
    private static Config ReadTrunk(Config config, SettingNode node, string path, Problems problems)
    {
        var items = node.Items ?? [node];
        int at = items.ToList().FindIndex(IsArchitecture);
        if (at < 0) return config with { Trunk = Keys.ReadLayers(node, path, problems) };
        string place = node.Items is null ? path : $"{path}[{at}]";
        if (at < items.Count - 1) problems.Add(items[at + 1].Mark, $"{path}[{at + 1}]", "After an architecture each output has a result of its own, so nothing can follow in the trunk. Give these layers to the outputs, as 'layers'.");
        var trunk = Keys.ReadLayers(SettingNode.List(items.Take(at), node.Mark), path, problems);
        return ArchitectureCatalog.Catalog.Read(items[at], place, problems) is { } read ? config with { Trunk = trunk, Architecture = read } : config;
    }

    // A name that only resembles one is an architecture too, unless it resembles a layer: so it is told which was meant.
    private static bool IsArchitecture(SettingNode item)
    {
        string? name = item.Scalar ?? (item.Entries is { Count: > 0 } entries ? entries.Select(e => e.Key).FirstOrDefault(k => ArchitectureCatalog.Catalog.TryFind(k) is not null) ?? entries[0].Key : null);
        if (name is null || LayerCatalog.Catalog.TryFind(name) is not null || ActivationCatalog.Catalog.TryFind(name) is not null) return false;
        return ArchitectureCatalog.Catalog.TryFind(name) is not null
            || (Suggestion.Nearest(name, LayerCatalog.Catalog.Names) is null && Suggestion.Nearest(name, ActivationCatalog.Catalog.Names) is null && Suggestion.Nearest(name, ArchitectureCatalog.Catalog.Names) is not null);
    }

    private static Config ReadEncoders(Config config, SettingNode node, string path, Problems problems)
    {
        if (node.Entries is not { Count: > 0 } entries)
        {
            problems.Add(node.Mark, path, $"A map {{name: list of layers}} is wanted here, but there is {node.Describe()}.");
            return config;
        }
        return config with { Encoders = entries.ToDictionary(e => e.Key, e => Keys.ReadLayers(e.Value, $"{path}.{e.Key}", problems)) };
    }
}
