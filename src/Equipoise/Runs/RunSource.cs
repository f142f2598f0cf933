using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>The rows of a config, read and parted once, and encoded for it and for other configs of the same rows. Several threads may encode.</summary>
/// <remarks>Configs whose inputs and labels are encoded alike share one set of encoded data.</remarks>
internal sealed class RunSource
{
    private readonly Lock _lock = new();
    private readonly Config _config;
    private readonly Table _table;
    private readonly Dictionary<string, Fingerprint> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunData> _encoded = new(StringComparer.Ordinal);
    private Parts? _parts;

    // Places are rows of the table; -1 for rows of other files.
    private sealed record Parts(Table Train, int[] TrainPlaces, Table? Valid, int[] ValidPlaces, Table? Test, int[] TestPlaces);

    private RunSource(Config config)
    {
        _config = config;
        _table = RunData.ReadTable(config, config.Data.Source, _files);
    }

    /// <summary>Reads the table of a config.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static RunSource Read(Config config) => new(config);

    /// <summary>Completes a config by what the rows are like, and encodes them for it.</summary>
    /// <exception cref="ConfigException">It does not fit the rows, or reads other rows than the source's own config.</exception>
    /// <exception cref="DataException">Values cannot be read.</exception>
    public RunData Encode(Config config)
    {
        lock (_lock) return EncodeAlone(config);
    }

    private RunData EncodeAlone(Config config)
    {
        var problems = new Problems();
        var notes = new List<string>();
        var warnings = new List<string>();
        if (!ReferenceEquals(config.Data, _config.Data) && config.Data.Node.ToString() != _config.Data.Node.ToString())
        {
            config.Report(problems, "data", "Here 'data' cannot be changed: all trainings are compared on the same rows. Make a config of its own for other data.");
            throw config.Fault(problems);
        }
        config = TypeResolution.Resolve(config, _table, problems, notes);
        if (problems.Any) throw config.Fault(problems);
        RunCallbacks.Check(config, problems);
        Bucket(config, problems);
        if (problems.Any) throw config.Fault(problems);

        _parts ??= Part();
        string key = KeyOf(config);
        var data = _encoded.GetValueOrDefault(key);
        var encoders = data?.Encoders ?? Fit(config, _parts.Train);
        CheckClassWeights(config, encoders, problems);
        if (problems.Any) throw config.Fault(problems);

        Dataset Encoded(Dataset? known, Table part, int[] places)
        {
            var encoded = known ?? encoders.Encode(part, places, _table.Rows, warnings: warnings);
            LabelCheck.Check(config, part, encoded);
            return encoded;
        }
        var valid = _parts.Valid is null ? null : Encoded(data?.Valid, _parts.Valid, _parts.ValidPlaces);
        var test = _parts.Test is null ? null : Encoded(data?.Test, _parts.Test, _parts.TestPlaces);
        if (valid is not null) LabelCheck.Warn(config, valid, problems, warnings);
        if (problems.Any) throw config.Fault(problems);
        if (valid is null) warnings.Add("There is no validation part, so the best epoch is chosen on the training part. Give some rows to 'valid'.");
        return _encoded[key] = new RunData(config, encoders, Encoded(data?.Train, _parts.Train, _parts.TrainPlaces), valid, test, notes, warnings, _files);
    }

    private Parts Part()
    {
        var split = RunData.Part(_config.Data.Split, _table);
        var train = _table.Select(split.Train);
        int[] places = split.Train;
        if (_config.Data.Extra.Count > 0)
        {
            train = WithExtra(train, [.. _config.Data.Extra.Select(source => RunData.ReadTable(_config, source, _files))]);
            places = [.. split.Train, .. Enumerable.Repeat(-1, train.Rows - split.Train.Length)];
        }
        return new Parts(train, places, split.Valid.Length == 0 ? null : _table.Select(split.Valid), split.Valid, split.Test.Length == 0 ? null : _table.Select(split.Test), split.Test);
    }

    // All that the encoded numbers follow from, besides the rows.
    private static string KeyOf(Config config)
    {
        var inputs = config.Inputs!.Select(i => $"{i.Name}|{string.Join(',', i.Columns)}|{i.Type}|{(i.Encoding is null ? string.Join(',', i.Images) : InputEncodingCatalog.Catalog.Write(i.Encoding))}|{i.Encoder}");
        var outputs = config.Outputs.Select(o => $"{o.Name}|{o.LabelColumn}|{TargetEncodingCatalog.Catalog.Write(o.Encoding!)}|{(o.Type is "category" or "ordered_category" ? o.Loss!.TargetWidth(3) : 0)}");
        return string.Join('\n', [.. inputs, "", .. outputs, "", .. MetricColumns(config)]);
    }

    private static IEnumerable<string> MetricColumns(Config config) => config.Outputs.SelectMany(o => o.Metrics ?? []).SelectMany(m => m.Columns).Distinct().Order(StringComparer.Ordinal);

    private static void Bucket(Config config, Problems problems)
    {
        if (config.Training.BucketBy is not { } name) return;
        string[] texts = [.. (config.Inputs ?? []).Where(i => i.Encoding is TextEncoding).Select(i => i.Name)];
        if (!texts.Contains(name)) config.Training.Report(problems, "bucket_by", $"There is no text input called '{name}'. {Suggestion.Advice(name, texts)}");
    }

    // Further rows go below; a column that their file lacks is missing in them.
    internal static Table WithExtra(Table train, IReadOnlyList<Table> extras)
    {
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

    private RunEncoders Fit(Config config, Table train)
    {
        var images = new Dictionary<string, ImageInput>(StringComparer.Ordinal);
        var arrays = new Dictionary<string, IReadOnlyList<IdxArray>>(StringComparer.Ordinal);
        foreach (var input in config.Inputs!.Where(i => i.Type == InputConfig.ImageType))
        {
            var (image, opened) = ImageInput.Open(input.Images, input.Columns.Count > 0 ? input.Columns[0] : null, config.Folder);
            images[input.Name] = image;
            arrays[input.Name] = opened;
            foreach (var (array, file) in opened.Zip(input.Images)) _files[file] = array.Fingerprint;
        }
        DatasetInput[] inputs = [.. config.Inputs!.Where(i => i.Encoding is not null).Select(i => new DatasetInput(i.Name, i.Encoding!, i.Columns))];
        DatasetTarget[] targets = [.. config.Outputs.Select(o => new DatasetTarget(o.Name, o.Encoding!, o.LabelColumn))];
        var columns = DatasetEncoder.Fit(train, inputs, targets, config.Data.Weights);
        columns = SharedEncoding.Unite(config, train, columns);
        var oneHot = config.Outputs.Where(o => columns.Targets[o.Name] is CategoryTargetEncoder target && o.Loss!.TargetWidth(target.PredictionWidth) > 1).Select(o => o.Name);
        var encoders = new RunEncoders(columns, images, oneHot, MetricColumns(config));
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
