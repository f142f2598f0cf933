using System.Globalization;
using Equipoise.Balancing;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>Trains a workload for some seconds and prints where the time of its steps went, node by node.</summary>
internal static class Profiles
{
    public static int Run(Workload workload, int threads, int seconds, BalancerSettings balancer, GradientView scope)
    {
        using var trainer = workload.Build().Compile(new CompileOptions { Optimizer = workload.Optimizer, Outputs = workload.Outputs, Balancer = balancer, Scope = scope, Workers = threads });
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        trainer.Fit(workload.Data, new FitOptions { Epochs = int.MaxValue, BatchSize = workload.Batch, Profile = true, Cancellation = end.Token });
        var profile = trainer.Profile!;
        foreach (var entry in profile.Entries())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Node ?? "(step)",-40}{entry.Phase,-12}{1000 * entry.Seconds / profile.Steps,9:0.0000} ms {entry.Seconds / (profile.Seconds * threads),7:P1} {entry.Operations / entry.Seconds / 1e9,7:0.0} GFLOP/s"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{profile.Steps} steps of {1000 * profile.Seconds / profile.Steps:0.0000} ms on {threads} threads, whose times are added up."));
        return 0;
    }
}
