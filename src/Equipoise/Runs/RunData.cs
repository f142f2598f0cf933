using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>The data of a run: read, parted and encoded, with the config completed by what was found in them.</summary>
/// <param name="Config">The config with every type, loss and metric filled in.</param>
/// <param name="Encoders">What encodes tables for the model; fitted on the training part.</param>
/// <param name="Train">The training part.</param>
/// <param name="Valid">The validation part; null if there is none.</param>
/// <param name="Test">The test part; null if there is none. Training never looks at it.</param>
/// <param name="Notes">What was found out from the data, with the reasons.</param>
/// <param name="Warnings">Oddities that are no mistakes.</param>
/// <param name="Files">The files with their fingerprints.</param>
public sealed record RunData(Config Config, RunEncoders Encoders, Dataset Train, Dataset? Valid, Dataset? Test,
    IReadOnlyList<string> Notes, IReadOnlyList<string> Warnings, IReadOnlyDictionary<string, Fingerprint> Files)
{
    /// <summary>Reads the data of a config.</summary>
    /// <param name="config">The config.</param>
    /// <param name="cache">Where encoded rows are kept from one time to the next, and where a table goes that is too large for memory; null: everything is parsed again, and is in memory. The numbers are the same.</param>
    /// <exception cref="ConfigException">The config names columns that are not there, or says what the data cannot be.</exception>
    /// <exception cref="DataException">A file is missing or damaged, or values cannot be read.</exception>
    public static RunData Read(Config config, DataCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return RunSource.Read(config, cache).Encode(config);
    }

    /// <summary>Reads the table of a config alone, as <c>source</c> says.</summary>
    internal static Table ReadTable(Config config, string source, Dictionary<string, Fingerprint>? files = null, DataCache? cache = null)
    {
        string path = Path.Combine(config.Folder, source);
        var options = new TableOptions { Separator = config.Data.Separator, Missing = config.Data.Missing };
        var table = cache is not null && DataFile.Size(path) > cache.LargeAbove ? TableReader.ReadLarge(path, options, cache.Temporary()) : TableReader.Read(path, options);
        if (table.Rows == 0) throw new DataException($"{table.Source}: there is a header, but no row below it.");
        if (table.Fingerprint is { } fingerprint && files is not null) files[source] = fingerprint;
        return table;
    }

    internal static Split Part(SplitConfig split, Table table)
    {
        if (split.Column is { } column) return Split.ByColumn(table[column]);
        var fractions = new SplitFractions(split.Train, split.Valid, Math.Max(0, split.Test ?? Math.Round(1 - split.Train - split.Valid, 9)));
        return split.Stratify is { } stratify ? Split.Stratified(table[stratify], fractions, split.Seed) : Split.Random(table.Rows, fractions, split.Seed);
    }
}
