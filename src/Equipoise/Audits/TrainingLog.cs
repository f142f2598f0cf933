using Equipoise.Audits.Readers;
using Equipoise.Catalogs;

namespace Equipoise.Audits;

/// <summary>A training log of any framework, read: the figures with the digits that were printed.</summary>
/// <param name="Path">File or folder.</param>
/// <param name="Format">Name of its form, one of <see cref="Formats"/>.</param>
/// <param name="Tables">A table for each part of the data, training first.</param>
public sealed record TrainingLog(string Path, string Format, IReadOnlyList<LogTable> Tables)
{
    // Those with a clear mark first; printed lines take anything with names and numbers.
    private static readonly LogReader[] Readers =
    [
        new EquipoiseLedger(), new EquipoiseEpochs(), new EventFiles(), new LudwigStatistics(), new KerasLines(), new FastaiTable(), new LightningCsv(), new KerasCsv(), new PrintedLines(),
    ];

    /// <summary>The forms that can be read, with a line about each.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Formats { get; } = [.. Readers.Select(r => (r.Name, r.Summary))];

    /// <summary>Reads a log. Its form is found from the content unless it is given.</summary>
    /// <exception cref="AuditException">There are no figures in it, or it is not of that form.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TrainingLog Read(string path, string? format = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path) && !Directory.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file or folder.");
        var source = new LogSource(path);
        var reader = format is null ? Array.Find(Readers, r => r.Recognises(source))
            : Array.Find(Readers, r => r.Name == format) ?? throw new UnknownNameException("log format", format, [.. Formats.Select(f => f.Name)]);
        if (reader is null) throw new AuditException($"{path}: no training log that can be read is in it. Known forms: {string.Join("; ", Formats.Select(f => $"{f.Name} ({f.Summary})"))}. '--format' forces one.");
        var tables = reader.Read(source);
        if (tables.Count == 0) throw new AuditException($"{path}: read as {reader.Name} ({reader.Summary}), it has no figures. '--format' forces another form: {string.Join(", ", Formats.Select(f => f.Name))}.");
        return new TrainingLog(path, reader.Name, tables);
    }
}
