using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Equipoise.Balancing;
using Equipoise.Configs;
using Equipoise.Models;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>Does every balancer train the networks of the samples, and does each line of its ledger add up?</summary>
/// <remarks>
/// A sample's own config is trained on some of its rows, as <c>train</c> does, with <c>balance: METHOD</c>. Then the file of the run folder is read line by line: total = Σ weight × raw loss + Σ penalties = Σ contributions + Σ penalties,
/// every weight and loss a number, as many lines as there were steps and epochs. What a step takes is told beside that of fixed weights, measured right before it.
/// </remarks>
internal static partial class SampleLedgers
{
    /// <summary>Largest difference between a total and its terms, beside the size of these.</summary>
    public const double Bar = 1e-6;
    private const int Batch = 64;
    private const int OtherRows = 128;                         // of the validation and the test part each
    private const int WarmUpSteps = 4;

    public static IReadOnlyList<string> Samples { get; } = ["two-digits", "pronounce"];

    public static int Run(Arguments arguments)
    {
        int steps = arguments.Number("--steps", 32), epochs = arguments.Number("--epochs", 2), failed = 0;
        string[] columns = ["sample", "method", "steps", "result", "largest difference", "ms a step", "fixed, ms a step", "over fixed"];
        var file = new ResultFile(Place.Result("ledgers.md"), "Every balancer on the networks of the samples",
            $"The sample's own config (`samples/NAME/equipoise.yaml`) with `balance: METHOD`, a few dozen steps of {Batch} rows in {epochs} epochs through `train`; then every line of the run folder's ledger is read: the total must be Σ weight × raw loss + Σ penalties within {Bar.ToString("0e-0", CultureInfo.InvariantCulture)} "
            + "of their size, and every number finite. Times are medians of single steps, one after the other on whatever else the machine did. Made by `ledgers --write`.", columns, 2);
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        foreach (string sample in arguments.List("--only", Samples))
        {
            using var folder = new SampleRows(sample, steps / epochs * Batch, epochs);
            folder.Train("fixed");                             // until the runtime has compiled what all need
            foreach (string method in arguments.List("--methods", [.. BalancerCatalog.Catalog.Names]))
            {
                if (arguments.Has("--missing") && file.Has(sample, method)) continue;
                var plain = folder.Train("fixed");
                var found = folder.Train(method);
                failed += found.IsFine ? 0 : 1;
                string[] row = [sample, method, $"{found.Steps}", found.Result, double.IsNaN(found.Difference) ? "–" : found.Difference.ToString("0.0e-0", CultureInfo.InvariantCulture),
                    Number(found.Milliseconds), Number(plain.Milliseconds), Number(found.Milliseconds / plain.Milliseconds)];
                Console.WriteLine(ResultFile.Line(row));
                if (arguments.Has("--write")) file.Put(row);
            }
        }
        if (failed > 0) Console.Error.WriteLine($"{failed} of the ledgers do not add up.");
        return failed > 0 ? 1 : 0;
    }

    /// <summary>Reads a ledger by itself: how many lines of steps, the largest difference, and what is wrong; null for nothing.</summary>
    public static (int Steps, double Difference, string? Problem) Audit(string ledger)
    {
        int steps = 0, number = 0;
        double largest = 0;
        foreach (string line in File.ReadLines(ledger))
        {
            number++;
            var entry = JsonNode.Parse(line)!.AsObject();
            if ((string?)entry["part"] == "step") steps++;
            double sum = 0, contributions = 0, size = 0;
            foreach (var output in entry["outputs"]!.AsArray())
            {
                if (!TryNumber(output!["weight"], out double weight) || !TryNumber(output["raw"], out double loss) || !TryNumber(output["contribution"], out double contribution)) return (steps, largest, $"line {number}: a figure of an output is no number");
                sum += weight * loss;
                contributions += contribution;
                size += Math.Abs(weight * loss);
            }
            foreach (var penalty in entry["penalties"]?.AsArray() ?? [])
            {
                if (!TryNumber(penalty!["value"], out double value)) return (steps, largest, $"line {number}: a penalty is no number");
                sum += value;
                contributions += value;
                size += Math.Abs(value);
            }
            if (!TryNumber(entry["total"], out double total)) return (steps, largest, $"line {number}: the total is no number");
            double difference = Math.Max(Math.Abs(total - sum), Math.Abs(total - contributions)) / (size == 0 ? 1 : size);
            largest = Math.Max(largest, difference);
            if (difference > Bar) return (steps, largest, string.Create(CultureInfo.InvariantCulture, $"line {number}: the total is {total}, but its terms are {sum}"));
        }
        return (steps, largest, null);
    }

    private static bool TryNumber(JsonNode? node, out double number)
    {
        number = double.NaN;
        return node is JsonValue value && value.TryGetValue(out number) && double.IsFinite(number);
    }

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>What one training showed.</summary>
    /// <param name="Steps">Steps in the ledger.</param>
    /// <param name="Result"><c>adds up</c>, or what is wrong.</param>
    /// <param name="Difference">Largest difference of a line; NaN if there was no ledger.</param>
    /// <param name="Milliseconds">Median of a step.</param>
    /// <param name="IsFine">Whether all is well: it adds up, or the method told that it is not made for so many outputs.</param>
    internal sealed record Finding(int Steps, string Result, double Difference, double Milliseconds, bool IsFine);

    /// <summary>Some rows of a sample in a folder of their own, with its config.</summary>
    internal sealed partial class SampleRows : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-ledgers-").FullName;
        private readonly string _config;
        private readonly int _wantedSteps;

        /// <param name="sample">Name of the sample.</param>
        /// <param name="trainingRows">The first so many rows of the training part, and a few of the others.</param>
        /// <param name="epochs">Passes over them.</param>
        public SampleRows(string sample, int trainingRows, int epochs)
        {
            string from = Path.Combine(Place.Root, "samples", sample);
            string config = Epochs().Replace(File.ReadAllText(Path.Combine(from, "equipoise.yaml")), $"epochs: {epochs}");
            string table = Source().Match(config).Groups[1].Value;
            var rows = Choose(ReadLines(Path.Combine(from, table)), trainingRows, Path.Combine(_folder, "rows.csv"));
            config = config.Replace(table, "rows.csv", StringComparison.Ordinal);
            if (Images().Match(config) is { Success: true } images)
            {
                WriteImages([.. images.Groups[1].Value.Split(',').Select(i => Path.Combine(from, i.Trim()))], rows, Path.Combine(_folder, "rows.idx3"));
                config = config.Replace(images.Groups[1].Value, "rows.idx3", StringComparison.Ordinal);
            }
            _config = config;
            _wantedSteps = (trainingRows + Batch - 1) / Batch * epochs;
        }

        public Finding Train(string method)
        {
            string path = Path.Combine(_folder, $"{method}.yaml");
            File.WriteAllText(path, $"{_config.TrimEnd()}\nbalance: {method}\n");
            var clock = new Clock();
            try
            {
                var result = TrainingRun.Start(Config.Load(path), new RunOptions { Root = Path.Combine(_folder, "runs"), Callbacks = [clock] });
                var (steps, difference, problem) = Audit(Path.Combine(result.Folder!, RunFiles.Ledger));
                problem ??= steps == _wantedSteps ? null : $"{steps} steps in place of {_wantedSteps}";
                return new Finding(steps, problem ?? "adds up", difference, clock.Median, problem is null);
            }
            catch (ModelException refusal) when (refusal.Message.Contains("for two outputs", StringComparison.Ordinal))
            {
                return new Finding(0, "refused: for two outputs", double.NaN, double.NaN, true);
            }
            catch (EquipoiseException problem)
            {
                return new Finding(0, problem.Message.ReplaceLineEndings(" ").Replace('|', '/'), double.NaN, double.NaN, false);
            }
        }

        public void Dispose() => Directory.Delete(_folder, recursive: true);

        // Writes the table; gives the places of the rows.
        private static List<int> Choose(IEnumerable<string> lines, int trainingRows, string path)
        {
            var rows = new List<int>();
            var left = new Dictionary<string, int> { ["train"] = trainingRows, ["valid"] = OtherRows, ["test"] = OtherRows };
            using var writer = new StreamWriter(path);
            int place = -1, column = 0;
            foreach (string line in lines)
            {
                if (place++ < 0)
                {
                    column = Array.IndexOf(line.Split(','), "split");
                    writer.WriteLine(line);
                    continue;
                }
                string part = line.Split(',')[column];         // no quoted cell comes before it in the samples
                if (left.GetValueOrDefault(part) == 0) continue;
                left[part]--;
                rows.Add(place - 1);
                writer.WriteLine(line);
            }
            return rows;
        }

        // IDX: two zeros, a type of one byte, three dimensions, and the images.
        private static void WriteImages(IReadOnlyList<string> files, List<int> rows, string path)
        {
            byte[][] all = [.. files.Select(ReadBytes)];
            int size = BinaryPrimitives.ReadInt32BigEndian(all[0].AsSpan(8)) * BinaryPrimitives.ReadInt32BigEndian(all[0].AsSpan(12));
            byte[] header = all[0][..16];
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), rows.Count);
            using var stream = File.Create(path);
            stream.Write(header);
            foreach (int row in rows)
            {
                int file = 0, at = row;
                while (at >= (all[file].Length - 16) / size) at -= (all[file++].Length - 16) / size;
                stream.Write(all[file], 16 + (at * size), size);
            }
        }

        private static byte[] ReadBytes(string path)
        {
            using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return memory.ToArray();
        }

        private static IEnumerable<string> ReadLines(string path)
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line) yield return line;
        }

        [GeneratedRegex(@"epochs: \d+")]
        private static partial Regex Epochs();

        [GeneratedRegex(@"source: ([^, }]+)")]
        private static partial Regex Source();

        [GeneratedRegex(@"images: \[([^\]]+)\]")]
        private static partial Regex Images();
    }

    private sealed class Clock : Callback
    {
        private readonly List<double> _times = [];
        private long _last;

        public double Median => Statistics.Median(_times.Skip(WarmUpSteps));

        public override void EpochBegins(Trainer trainer, int epoch, int steps) => _last = 0;

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            if (_last != 0) _times.Add(Stopwatch.GetElapsedTime(_last).TotalMilliseconds);
            _last = Stopwatch.GetTimestamp();
        }
    }
}
