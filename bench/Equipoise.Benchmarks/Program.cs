using System.Runtime.InteropServices;
using Equipoise;
using Equipoise.Benchmarks;
using Equipoise.Benchmarks.Kernels;

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, static _ => Competitor.EndAll());
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => Competitor.EndAll());
try
{
    return args switch
    {
        ["serve", var name, .. var rest] => Server.Run(Workload.Of(name, new Arguments(rest).Number("--batch", 256), outputs: new Arguments(rest).Number("--outputs", 0)), new Arguments(rest).Number("--threads", 1), Methods.Balancer(new Arguments(rest).Text("--balancer") ?? "fixed"), Methods.Scope(new Arguments(rest).Text("--scope"))),
        ["profile", var name, .. var rest] => Profiles.Run(Workload.Of(name, new Arguments(rest).Number("--batch", 256), outputs: new Arguments(rest).Number("--outputs", 0)), new Arguments(rest).Number("--threads", 1), new Arguments(rest).Number("--seconds", 5), Methods.Balancer(new Arguments(rest).Text("--balancer") ?? "fixed"), Methods.Scope(new Arguments(rest).Text("--scope"))),
        ["compare", .. var rest] when rest.Contains("--equal-weights") => EqualWeights.Run(new Arguments(rest)),
        ["products", .. var rest] => Products.Run(new Arguments(rest)),
        ["growth", .. var rest] => Growth.Run(new Arguments(rest)),
        ["growth-point", .. var rest] => GrowthPoint.Run(new Arguments(rest)),
        ["methods", .. var rest] when rest.Contains("--solvers") => SolverTimes.Run(new Arguments(rest)),
        ["methods", .. var rest] => Methods.Run(new Arguments(rest)),
        ["ledgers", .. var rest] => SampleLedgers.Run(new Arguments(rest)),
        ["start", .. var rest] => FirstSteps.Run(new Arguments(rest)),
        ["first-steps", var name] => FirstSteps.RunOnce(name),
        ["kernels", .. var rest] => KernelBenchmarks.Run(rest),
        ["compare", .. var rest] => Comparison.Run(new Arguments(rest)),
        _ => Help(),
    };
}
catch (Exception problem) when (problem is EquipoiseException or ArgumentException or InvalidOperationException or FileNotFoundException or FormatException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}

static int Help()
{
    Console.Error.WriteLine("""
        Usage:
          compare [--peer torch|tfjs|sklearn] [--only W1,W5] [--batches 32,256] [--slices 9] [--ms 200] [--write] [--missing]
                                                                                        our workloads beside a peer's, in turn; --missing: only rows that the table does not have yet
          compare --equal-weights [--only W1,W5] [--batches 32] [--write]               the same weights and batches on both sides: do the losses agree?
          products [--only W1,square] [--turns 60] [--write]                            products of matrices beside OpenBLAS and beside a loop of multiply-adds, one thread
          growth [--only batch,width,outputs,rows] [--most 1000] [--ms 300] [--threads 1] [--write]
                                                                                        time and memory over batch size, width, outputs and rows, with exponents
          methods [--only W1,W3,W5] [--batches 32,256] [--outputs 2,5,10,20] [--methods upgrad,mgda] [--scopes all_shared,shared_features] [--threads 1,2] [--peers torch,retained,libmtl,torchjd | none] [--slices 9] [--ms 200] [--write] [--missing]
                                                                                        what weighing by gradients costs, beside equal weights and beside PyTorch, LibMTL, TorchJD; every row is saved at once
          methods --solvers [--outputs 2,5,10,20,50] [--methods upgrad,nash] [--slices 10] [--write]
                                                                                        microseconds from a Gramian to weights, by method
          ledgers [--only two-digits,pronounce] [--methods nash,famo] [--steps 32] [--epochs 2] [--write] [--missing]
                                                                                        every balancer on the networks of the samples: does each line of its ledger add up?
          start [--only W1] [--runs 7] [--tool] [--write]                               from the start of a process to its second step: bare, and the tool with a table (--tool: that alone)
          kernels [--filter *Softmax*] [--long]                                         single kernels beside plain loops, with BenchmarkDotNet
          profile WORKLOAD [--batch 256] [--outputs 5] [--threads 1] [--seconds 5] [--balancer fixed] [--scope all_shared]   where the time of the steps of one workload goes, node by node
          serve WORKLOAD [--batch 256] [--outputs 5] [--threads 1] [--balancer fixed] [--scope all_shared]   trains one workload on demand: a line of milliseconds in, a line of JSON out
        """);
    return 2;
}
