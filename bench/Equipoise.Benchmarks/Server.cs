using System.Diagnostics;
using System.Globalization;
using Equipoise.Balancing;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>Trains a workload with <c>Fit</c> and times each step, for as long as it is asked to: a line of milliseconds in, a line of JSON out. Waits in between.</summary>
/// <remarks>A step is everything that Fit does: gathering the batch, forward, losses, backward, ledger, update.</remarks>
internal static class Server
{
    public static int Run(Workload workload, int threads, BalancerSettings balancer, GradientView scope)
    {
        using var trainer = workload.Build().Compile(new CompileOptions { Optimizer = workload.Optimizer, Outputs = workload.Outputs, Balancer = balancer, Scope = scope, Workers = threads });
        using var end = new CancellationTokenSource();
        trainer.Fit(workload.Data, new FitOptions { Epochs = int.MaxValue, BatchSize = workload.Batch, Callbacks = [new Clock(end)], Cancellation = end.Token });
        return 0;
    }

    private const int WarmUpSeconds = 2;

    private sealed class Clock(CancellationTokenSource end) : Callback
    {
        private readonly List<double> _times = new(100_000);
        private bool _ready;
        private long _last;
        private long _sliceEnd;
        private double _cpu;

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            long now = Stopwatch.GetTimestamp();
            if (_last != 0) _times.Add(Stopwatch.GetElapsedTime(_last, now).TotalMilliseconds);
            if (now >= _sliceEnd) NextSlice();
            _last = Stopwatch.GetTimestamp();
        }

        private void NextSlice()
        {
            var process = Process.GetCurrentProcess();
            if (_sliceEnd == 0)
            {
                _sliceEnd = Stopwatch.GetTimestamp() + (WarmUpSeconds * Stopwatch.Frequency);       // until the runtime has compiled all methods for good
                return;
            }
            if (!_ready)
            {
                _ready = true;
                Console.WriteLine("ready");
            }
            else
            {
                _times.Sort();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{{\"ms_median\": {_times[_times.Count / 2]:R}, \"ms_min\": {_times[0]:R}, \"cpu_ms\": {(process.TotalProcessorTime.TotalMilliseconds - _cpu) / _times.Count:R}, \"steps\": {_times.Count}}}"));
            }
            Console.Out.Flush();
            _times.Clear();
            if (Console.ReadLine() is not { } line || !double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds))
            {
                end.Cancel();
                return;
            }
            _cpu = process.TotalProcessorTime.TotalMilliseconds;
            _sliceEnd = Stopwatch.GetTimestamp() + (long)(milliseconds / 1000 * Stopwatch.Frequency);
        }
    }
}
