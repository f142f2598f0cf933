using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Equipoise.Benchmarks;

/// <summary>How the cost grows with the work: time and memory over batch size, width, number of outputs and rows, with the exponents that fit best. Each point runs in a process of its own.</summary>
internal static class Growth
{
    private static readonly (string Name, string Unit, int[] Values, Func<int, string[]> Settings)[] _series =
    [
        ("batch", "step", [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096], v => ["--batch", $"{v}"]),
        ("width", "step", [8, 16, 32, 64, 128, 256, 512, 1024], v => ["--width", $"{v}"]),
        ("outputs", "step", [1, 2, 5, 10, 20, 50], v => ["--outputs", $"{v}"]),
        ("rows", "epoch", [10_000, 100_000, 1_000_000, 10_000_000], v => ["--rows", $"{v}", "--epochs", "--inputs", "8", "--width", "32", "--outputs", "1", "--batch", "1024"]),
        ("file", "epoch", [10_000, 100_000, 1_000_000, 10_000_000], v => ["--rows", $"{v}", "--file", "--inputs", "8", "--width", "32", "--outputs", "1", "--batch", "1024"]),
    ];

    private static readonly string[] _columns = ["series", "value", "ms, best", "ms, median", "ms of processor", "µs for each", "peak memory, MiB", "load before", "date"];

    public static int Run(Arguments arguments)
    {
        var file = new ResultFile(Place.Result("growth.md"), "How the cost grows with the work",
            "Two dense layers behind 64 numbers, Adam, mean squared error, one thread (`growth --write`). In each series one size varies; otherwise batch 256, width 128, 5 outputs. batch, width, outputs: the time of a step. "
            + "rows: the time of an epoch, shuffled, over data in memory (8 numbers, width 32, 1 output, batch 1024). file: the same over a CSV file, which the process itself first parses and encodes into a cache (the time is that of an epoch over the mapped cache; the memory has the parsing in it, and pages of the file that the system could take back). \"µs for each\" is the best time divided by the value. Peak memory is that of the whole process: runtime, data, model; each point is a process of its own. Under a load of other programs the best of many short steps is still good, that of a few long ones is not; the processor time of a step (mean, of all threads) suffers less.\n\n"
            + "The exponent e of time = c × value^e, by least squares over the logarithms of the best times: 1 is in proportion, 2 grows with the square (as the products of two layers of that width must), below 1 means that a fixed part is shared.", _columns, 2, Exponents);
        foreach (string line in ResultFile.Lines(_columns, [])) Console.WriteLine(line);
        string[] names = arguments.List("--only", [.. _series.Select(s => s.Name)]);
        var rows = new List<string[]>();
        foreach (var (name, _, values, settings) in _series.Where(s => names.Contains(s.Name)))
        {
            foreach (int value in values.Where(v => v <= arguments.Number("--most", int.MaxValue)))
            {
                double load = Place.Load;
                var point = Measure([.. settings(value), "--ms", $"{arguments.Number("--ms", 300)}", "--threads", $"{arguments.Number("--threads", 1)}"]);
                double best = (double)point["ms_min"]!;
                string[] row = [name, $"{value}", Number(best, "0.0000"), Number((double)point["ms_median"]!, "0.0000"), Number((double)point["cpu_ms"]!, "0.0000"), Number(best * 1000 / value, "0.000"), Number((double)point["peak_mib"]!, "0"), Number(load, "0.0"), Place.Today];
                Console.WriteLine(ResultFile.Line(row));
                rows.Add(row);
                if (arguments.Has("--write")) file.Put(row);
            }
        }
        Console.WriteLine();
        foreach (string line in Exponents(rows)) Console.WriteLine(line);
        return 0;
    }

    private static JsonNode Measure(string[] settings)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["growth-point", .. settings]) { RedirectStandardOutput = true })!;
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonNode.Parse(answer)! : throw new InvalidOperationException($"The point {string.Join(' ', settings)} failed.");
    }

    private static IEnumerable<string> Exponents(IReadOnlyList<string[]> rows)
    {
        string[] columns = ["series", "from", "to", "time, whole range", "time, upper half", "processor time, upper half", "memory, upper half"];
        return ResultFile.Lines(columns, [.. _series.Select(s => rows.Where(r => r[0] == s.Name).ToArray()).Where(r => r.Length > 1).Select(r =>
        {
            var upper = r[((r.Length - 1) / 2)..];
            return (string[])[r[0][0], r[0][1], r[^1][1], Number(Exponent(r, 2), "0.00"), Number(Exponent(upper, 2), "0.00"), Number(Exponent(upper, 4), "0.00"), Number(Exponent(upper, 6), "0.00")];
        })]);
    }

    private static double Exponent(string[][] rows, int column)
        => Statistics.Exponent([.. rows.Select(r => (double.Parse(r[1], CultureInfo.InvariantCulture), double.Parse(r[column], CultureInfo.InvariantCulture)))]);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
