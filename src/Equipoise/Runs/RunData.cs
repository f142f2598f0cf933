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
    /// <exception cref="ConfigException">The config names columns that are not there, or says what the data cannot be.</exception>
    /// <exception cref="DataException">A file is missing or damaged, or values cannot be read.</exception>
    public static RunData Read(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var problems = new Problems();
        var notes = new List<string>();
        var warnings = new List<string>();
        var files = new Dictionary<string, Fingerprint>(StringComparer.Ordinal);
        var table = ReadTable(config, config.Data.Source, files);
        config = TypeResolution.Resolve(config, table, problems, notes);
        if (problems.Any) throw config.Fault(problems);
        Monitors(config, problems);
        Bucket(config, problems);
        if (problems.Any) throw config.Fault(problems);

        var split = Part(config.Data.Split, table);
        var train = table.Select(split.Train);
        int[] trainPlaces = split.Train;
        if (config.Data.Extra.Count > 0)
        {
            train = WithExtra(config, train, files);
            trainPlaces = [.. split.Train, .. Enumerable.Repeat(-1, train.Rows - split.Train.Length)];
        }
        var encoders = Fit(config, train, files);
        CheckClassWeights(config, encoders, problems);
        if (problems.Any) throw config.Fault(problems);

        Dataset Encode(Table part, int[] places)
        {
            var encoded = encoders.Encode(part, places, table.Rows, warnings: warnings);
            LabelCheck.Check(config, part, encoded);
            return encoded;
        }
        var valid = split.Valid.Length == 0 ? null : Encode(table.Select(split.Valid), split.Valid);
        var test = split.Test.Length == 0 ? null : Encode(table.Select(split.Test), split.Test);
        if (valid is not null) LabelCheck.Warn(config, valid, problems, warnings);
        if (problems.Any) throw config.Fault(problems);
        if (valid is null) warnings.Add("There is no validation part, so the best epoch is chosen on the training part. Give some rows to 'valid'.");
        return new RunData(config, encoders, Encode(train, trainPlaces), valid, test, notes, warnings, files);
    }

    /// <summary>Reads the table of a config alone, as <c>source</c> says.</summary>
    internal static Table ReadTable(Config config, string source, Dictionary<string, Fingerprint>? files = null)
    {
        var table = TableReader.Read(Path.Combine(config.Folder, source), new TableOptions { Separator = config.Data.Separator, Missing = config.Data.Missing });
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

    private static void Monitors(Config config, Problems problems)
    {
        Monitor.Find(config.Training.Keep, config, config.Training, "keep", problems);
        if (config.Training.EarlyStopping is { Monitor: { } monitor } stop) Monitor.Find(monitor, config, stop, "monitor", problems);
    }

    private static void Bucket(Config config, Problems problems)
    {
        if (config.Training.BucketBy is not { } name) return;
        string[] texts = [.. (config.Inputs ?? []).Where(i => i.Encoding is TextEncoding).Select(i => i.Name)];
        if (!texts.Contains(name)) config.Training.Report(problems, "bucket_by", $"There is no text input called '{name}'. {Suggestion.Advice(name, texts)}");
    }

    // Further rows go below; a column that their file lacks is missing in them.
    private static Table WithExtra(Config config, Table train, Dictionary<string, Fingerprint> files)
    {
        Table[] extras = [.. config.Data.Extra.Select(source => ReadTable(config, source, files))];
        foreach (var extra in extras.Where(e => !e.Names.Any(train.Has))) throw new DataException($"{extra.Source}: it has no column of {train.Source}. Extra rows need the same names of columns.");
        var columns = new string?[train.Names.Count][];
        for (int c = 0; c < columns.Length; c++)
        {
            string name = train.Names[c];
            columns[c] = [.. train[name].Values, .. extras.SelectMany(e => e.Has(name) ? e[name].Values : new string?[e.Rows])];
        }
        int[] lines = [.. Enumerable.Range(0, train.Rows).Select(train.Line), .. extras.SelectMany(e => Enumerable.Range(0, e.Rows).Select(e.Line))];
        return new Table(train.Names, columns, $"{train.Source} + {string.Join(" + ", extras.Select(e => e.Source))}", lines);
    }

    private static RunEncoders Fit(Config config, Table train, Dictionary<string, Fingerprint> files)
    {
        var images = new Dictionary<string, ImageInput>(StringComparer.Ordinal);
        var arrays = new Dictionary<string, IReadOnlyList<IdxArray>>(StringComparer.Ordinal);
        foreach (var input in config.Inputs!.Where(i => i.Type == InputConfig.ImageType))
        {
            var (image, opened) = ImageInput.Open(input.Images, input.Columns.Count > 0 ? input.Columns[0] : null, config.Folder);
            images[input.Name] = image;
            arrays[input.Name] = opened;
            foreach (var (array, file) in opened.Zip(input.Images)) files[file] = array.Fingerprint;
        }
        DatasetInput[] inputs = [.. config.Inputs!.Where(i => i.Encoding is not null).Select(i => new DatasetInput(i.Name, i.Encoding!, i.Columns))];
        DatasetTarget[] targets = [.. config.Outputs.Select(o => new DatasetTarget(o.Name, o.Encoding!, o.LabelColumn))];
        var columns = DatasetEncoder.Fit(train, inputs, targets, config.Data.Weights);
        columns = SharedEncoding.Unite(config, train, columns);
        var oneHot = config.Outputs.Where(o => columns.Targets[o.Name] is CategoryTargetEncoder target && o.Loss!.TargetWidth(target.PredictionWidth) > 1).Select(o => o.Name);
        var encoders = new RunEncoders(columns, images, oneHot);
        encoders.UseImages(arrays);
        return encoders;
    }

    private static void CheckClassWeights(Config config, RunEncoders encoders, Problems problems)
    {
        foreach (var output in config.Outputs.Where(o => o.ClassWeights is not null))
        {
            var labels = encoders.Columns.Targets[output.Name].Labels;
            foreach (string name in output.ClassWeights!.Keys.Where(n => !labels.Contains(n)))
                output.Report(problems, "class_weights", $"There is no class '{name}' in column '{output.LabelColumn}'. {Suggestion.Advice(name, [.. labels.Take(40)])}");
        }
    }
}
