using System.Globalization;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>What the rows of a config are kept under in a cache.</summary>
internal sealed class FileKeys
{
    private readonly Dictionary<string, ContentKey> _files = new(StringComparer.Ordinal);
    private readonly Config _config;

    private FileKeys(Config config)
    {
        _config = config;
        Facts = "";
    }

    /// <summary>For what is found out about the table itself.</summary>
    public string Facts { get; private set; }

    /// <summary>Looks at the files of a config's table; null if one of them cannot be read.</summary>
    public static FileKeys? Of(Config config)
    {
        var keys = new FileKeys(config);
        foreach (string source in (string[])[config.Data.Source, .. config.Data.Extra])
            if (!keys.Look(source)) return null;
        keys.Facts = DataCache.KeyOf(["facts", Build, keys.Table(config.Data.Source)]);
        return keys;
    }

    /// <summary>For the encoded rows of a completed config; null if a file of images cannot be read.</summary>
    /// <param name="config">The config.</param>
    /// <param name="encoding">All that the numbers follow from besides the rows.</param>
    public string? Encoded(Config config, string encoding)
    {
        var images = config.Inputs!.SelectMany(i => i.Images).Distinct().ToArray();
        if (!images.All(Look)) return null;
        var split = _config.Data.Split;
        string parted = string.Create(CultureInfo.InvariantCulture, $"split {split.Column}|{split.Stratify}|{split.Train:R}|{split.Valid:R}|{split.Test:R}|{split.Seed}|weights {_config.Data.Weights}");
        return DataCache.KeyOf(["rows", Build, Table(_config.Data.Source), .. _config.Data.Extra.Select(Table), .. images.Select(Table), parted, encoding]);
    }

    /// <summary>Whether the files look as they did when their keys were made.</summary>
    public bool AreStill => _files.All(f => f.Value.IsStill(PathOf(f.Key)));

    // Another build may encode otherwise.
    private static string Build
    {
        get
        {
            try
            {
                return typeof(FileKeys).Assembly.ManifestModule.ModuleVersionId.ToString("n");
            }
            catch (InvalidOperationException)
            {
                return Machine.Version;                        // compiled ahead of time: there are no modules
            }
        }
    }

    private bool Look(string source)
    {
        if (_files.ContainsKey(source)) return true;
        if (ContentKey.Of(PathOf(source)) is not { } key) return false;
        _files[source] = key;
        return true;
    }

    // The names stand in warnings and in environment.json.
    private string Table(string source) => $"{source}|{_files[source].Text}|{_config.Data.Separator}|{string.Join('\u001f', _config.Data.Missing)}";

    private string PathOf(string source) => Path.Combine(_config.Folder, source);
}
