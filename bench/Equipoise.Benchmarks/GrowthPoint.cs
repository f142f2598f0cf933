using System.Diagnostics;
using System.Globalization;
using Equipoise.Activations;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>One point of <see cref="Growth"/>: trains one network in this process and prints a line of JSON with its time and the most memory the process held.</summary>
/// <remarks>inputs → dense width, relu → dense width, relu → so many outputs of one number each; Adam, mean squared error. Generated data; their values do not matter.</remarks>
internal static class GrowthPoint
{
    private const double WarmUpSeconds = 1.5;             // the runtime compiles methods for good only after they ran for a while

    public static int Run(Arguments arguments)
    {
        int batch = arguments.Number("--batch", 256), rows = arguments.Number("--rows", 8 * batch), inputs = arguments.Number("--inputs", 64), outputs = arguments.Number("--outputs", 5);
        double seconds = arguments.Number("--ms", 300) / 1000.0;
        var input = Input.Numbers("x", inputs);
        int width = arguments.Number("--width", 128);
        var trunk = input.Dense(width, new Relu()).Dense(width, new Relu());
        var model = new Model([input], [.. Enumerable.Range(0, outputs).Select(k => trunk.Dense(1).Named($"y{k}"))]);
        using var trainer = model.Compile(new CompileOptions { Outputs = model.Outputs.ToDictionary(o => o.Name, _ => new Output(new MeanSquaredError())), Workers = arguments.Number("--threads", 1) });
        if (arguments.Has("--file")) FromFile(trainer, rows, inputs, batch, seconds);
        else if (arguments.Has("--epochs")) Epochs(trainer, Data(rows, inputs, outputs), Data(8 * batch, inputs, outputs), batch, seconds);
        else Steps(trainer, Data(rows, inputs, outputs), batch, seconds);
        return 0;
    }

    // The best and the median time of a step.
    private static void Steps(Trainer trainer, Dataset data, int batch, double seconds)
    {
        using var end = new CancellationTokenSource();
        var clock = new StepClock(end, WarmUpSeconds, seconds);
        trainer.Fit(data, new FitOptions { Epochs = int.MaxValue, BatchSize = batch, Callbacks = [clock], Cancellation = end.Token });
        Print(clock.Times, clock.Processor);
    }

    // The best and the median time of an epoch.
    private static void Epochs(Trainer trainer, Dataset data, Dataset warmUp, int batch, double seconds)
    {
        using var end = new CancellationTokenSource();
        trainer.Fit(warmUp, new FitOptions { Epochs = int.MaxValue, BatchSize = batch, Callbacks = [new StepClock(end, WarmUpSeconds, 0)], Cancellation = end.Token });
        var times = new List<double>();
        var processor = Environment.CpuUsage.TotalTime;
        for (long start = Stopwatch.GetTimestamp(); times.Count < 2 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            times.Add(1000 * trainer.Fit(data, new FitOptions { BatchSize = batch }).Epochs[^1].Seconds);
        }
        Print(times, Environment.CpuUsage.TotalTime - processor);
    }

    // The best and the median time of an epoch over a CSV file with one output.
    private static void FromFile(Trainer trainer, int rows, int inputs, int batch, double seconds)
    {
        string folder = Directory.CreateTempSubdirectory("equipoise-growth-").FullName;
        try
        {
            var random = new Random(1);
            using (var file = new StreamWriter(Path.Combine(folder, "rows.csv")))
            {
                file.Write(string.Join(',', Enumerable.Range(0, inputs).Select(i => $"x{i}")) + ",y0\n");
                for (int row = 0; row < rows; row++)
                {
                    for (int i = 0; i < inputs; i++) file.Write(string.Create(CultureInfo.InvariantCulture, $"{random.NextSingle() - 0.5f:0.0000},"));
                    file.Write(string.Create(CultureInfo.InvariantCulture, $"{random.NextSingle() - 0.5f:0.0000}\n"));
                }
            }
            string text = $"data: {{source: rows.csv, split: {{train: 0.98, valid: 0.01, test: 0.01}}}}\ninputs: [ {{name: x, type: number, columns: [{string.Join(", ", Enumerable.Range(0, inputs).Select(i => $"x{i}"))}]}} ]\noutputs: [ {{name: y0, type: number}} ]\n";
            var data = RunData.Read(Config.Read(text, Path.Combine(folder, "growth.yaml")), new DataCache(Path.Combine(folder, "cache")) { LargeAbove = 0 });
            Epochs(trainer, data.Train, data.Valid!, batch, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(List<double> times, TimeSpan processor)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"ms_min\": {times.Min():R}, \"ms_median\": {Statistics.Median(times):R}, \"cpu_ms\": {processor.TotalMilliseconds / times.Count:R}, \"peak_mib\": {process.PeakWorkingSet64 / 1048576.0:R}}}"));
    }

    private static Dataset Data(int rows, int inputs, int outputs) => new(
        new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(Numbers(rows * inputs, 1), inputs) },
        Enumerable.Range(0, outputs).ToDictionary(k => $"y{k}", k => new TargetColumn(Numbers(rows, k + 2))));

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.NextSingle() - 0.5f;
        return values;
    }

    private sealed class StepClock(CancellationTokenSource end, double warmUpSeconds, double seconds) : Callback
    {
        private const int FewestSteps = 5;
        private readonly long _start = Stopwatch.GetTimestamp();
        private long _last;
        private TimeSpan _processor;

        public List<double> Times { get; } = new(1_000_000);

        /// <summary>Processor time of all timed steps, of all threads.</summary>
        public TimeSpan Processor { get; private set; }

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            double elapsed = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            if (_processor != default) Times.Add(Stopwatch.GetElapsedTime(_last).TotalMilliseconds);
            else if (elapsed > warmUpSeconds) _processor = Environment.CpuUsage.TotalTime;
            if (elapsed > warmUpSeconds + seconds && Times.Count >= FewestSteps)
            {
                Processor = Environment.CpuUsage.TotalTime - _processor;
                end.Cancel();
            }
            _last = Stopwatch.GetTimestamp();
        }
    }
}
