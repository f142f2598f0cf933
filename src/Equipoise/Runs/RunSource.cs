using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>The rows of a config, read and parted once, and encoded for it and for other configs of the same rows. Several threads may encode.</summary>
/// <remarks>Configs whose inputs and labels are encoded alike share one set of encoded data. With a cache, what was encoded once is found there, and the table is not read at all unless something else is asked of it.</remarks>
internal sealed class RunSource
{
    private readonly Lock _lock = new();
    private readonly Config _config;
    private readonly Dictionary<string, Fingerprint> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EncodedRows> _encoded = new(StringComparer.Ordinal);
    private readonly DataCache? _cache;
    private readonly FileKeys? _keys;
    private readonly TableFacts _facts;
    private Table? _table;
    private Parts? _parts;

    // Places are rows of the table; -1 for rows of other files.
    private sealed record Parts(Table Train, int[] TrainPlaces, Table? Valid, int[] ValidPlaces, Table? Test, int[] TestPlaces);

    private RunSource(Config config, DataCache? cache)
    {
        _config = config;
        _keys = cache is null ? null : FileKeys.Of(config);
        _cache = _keys is null ? null : cache;                 // what cannot be read is told when it is to be read
        _facts = _keys is not null && _cache!.ReadFacts(_keys.Facts) is { } known ? TableFacts.Read(known, Path.GetFileName(config.Data.Source), () => Whole) : TableFacts.Of(Whole);
    }

    /// <summary>Whether the table was read.</summary>
    internal bool WasParsed => _table is not null;

    // The table; read when it is first needed, which is never if a cache has all that is asked for.
    private Table Whole => _table ??= RunData.ReadTable(_config, _config.Data.Source, _files, _cache);

    /// <summary>Reads the table of a config, or finds it in a cache.</summary>
    /// <exception cref="DataException">A file is missing or damaged.</exception>
    public static RunSource Read(Config config, DataCache? cache = null) => new(config, cache);

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
        config = TypeResolution.Resolve(config, _facts, problems, notes);
        if (problems.Any) throw config.Fault(problems);
        RunCallbacks.Check(config, problems);
        Bucket(config, problems);
        if (problems.Any) throw config.Fault(problems);

        string key = KeyOf(config);
        bool known = _encoded.TryGetValue(key, out var rows);
        string? kept = _keys?.Encoded(config, key);
        if (!known && kept is not null) rows = EncodedRows.Find(_cache!, kept);
        var encoders = rows?.Encoders ?? Fit(config, Parted.Train);
        CheckClassWeights(config, encoders, problems);
        if (problems.Any) throw config.Fault(problems);
        rows ??= Encode(encoders, kept);
        if (!known) warnings.AddRange(rows.Warnings);
        if (!known) KeepFacts();
        _encoded[key] = rows;

        if (rows.Valid is not null) LabelCheck.Check(config, () => Parted.Valid!, rows.Valid);
        if (rows.Test is not null) LabelCheck.Check(config, () => Parted.Test!, rows.Test);
        if (rows.Valid is not null) LabelCheck.Warn(config, rows.Valid, problems, warnings);
        if (problems.Any) throw config.Fault(problems);
        if (rows.Valid is null) warnings.Add("There is no validation part, so the best epoch is chosen on the training part. Give some rows to 'valid'.");
        LabelCheck.Check(config, () => Parted.Train, rows.Train);
        return new RunData(config, encoders, rows.Train, rows.Valid, rows.Test, notes, warnings, rows.Files);
    }

    private Parts Parted => _parts ??= Part();

    private EncodedRows Encode(RunEncoders encoders, string? kept)
    {
        var parts = Parted;
        if (parts.Train.IsLarge)
        {
            List<(string, Table, int[])> all = [("train", parts.Train, parts.TrainPlaces)];
            if (parts.Valid is not null) all.Add(("valid", parts.Valid, parts.ValidPlaces));
            if (parts.Test is not null) all.Add(("test", parts.Test, parts.TestPlaces));
            if (!_keys!.AreStill) throw new DataException($"{Whole.Source}: the file was changed while it was read. Start again when it is complete.");
            return LargeTable.Encode(encoders, all, Whole.Rows, _cache!, kept!, _config.Data.Source, _files);
        }
        var warnings = new List<string>();
        Dataset? Encoded(Table? part, int[] places) => part is null ? null : encoders.Encode(part, places, Whole.Rows, warnings: warnings);
        var valid = Encoded(parts.Valid, parts.ValidPlaces);
        var test = Encoded(parts.Test, parts.TestPlaces);
        var rows = new EncodedRows(encoders, Encoded(parts.Train, parts.TrainPlaces)!, valid, test, new Dictionary<string, Fingerprint>(_files, StringComparer.Ordinal), warnings);
        if (kept is null || !_keys!.AreStill) return rows;
        try
        {
            rows.Keep(_cache!, kept, _config.Data.Source);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return rows with { Warnings = [.. warnings, $"The encoded data cannot be kept for the next time in {_cache!.Folder}: {fault.Message} '--no-cache' does not try."] };
        }
        return rows;
    }

    private void KeepFacts()
    {
        if (_cache is null || !_facts.HasMore || !_keys!.AreStill) return;
        try
        {
            _cache.WriteFacts(_keys.Facts, _facts.ToJson());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The rows could not be kept either, and that was told.
        }
    }

    private Parts Part()
    {
        var split = RunData.Part(_config.Data.Split, Whole);
        var train = Whole.Select(split.Train);
        int[] places = split.Train;
        if (_config.Data.Extra.Count > 0)
        {
            train = WithExtra(train, [.. _config.Data.Extra.Select(source => RunData.ReadTable(_config, source, _files, _cache))]);
            places = [.. split.Train, .. Enumerable.Repeat(-1, train.Rows - split.Train.Length)];
        }
        return new Parts(train, places, split.Valid.Length == 0 ? null : Whole.Select(split.Valid), split.Valid, split.Test.Length == 0 ? null : Whole.Select(split.Test), split.Test);
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
        var columns = new IReadOnlyList<string?>[train.Names.Count];
        for (int c = 0; c < columns.Length; c++)
        {
            string name = train.Names[c];
            columns[c] = JoinedCells.Join([train[name].Values, .. extras.Select(e => e.Has(name) ? e[name].Values : new string?[e.Rows])]);
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
