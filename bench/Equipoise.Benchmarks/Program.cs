using System.Globalization;
using Equipoise.Benchmarks;

return args switch
{
    ["serve", var name, .. var rest] => Server.Run(Workload.Of(name, Option(rest, "--batch", 256)), Option(rest, "--threads", 1)),
    ["compare", .. var rest] when rest.Contains("--equal-weights") => EqualWeights.Run(new Arguments(rest)),
    ["compare", .. var rest] => Comparison.Run(rest),
    _ => Help(),
};

static int Option(string[] args, string name, int otherwise)
{
    int at = Array.IndexOf(args, name);
    return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}

static int Help()
{
    Console.Error.WriteLine("""
        Usage:
          compare [--only W1,W5] [--batches 32,256] [--slices 9] [--ms 150] [--write]   our workloads beside PyTorch's, in turn, as a table
          compare --equal-weights [--only W1,W5] [--batches 32] [--write]               the same weights and batches on both sides: do the losses agree?
          serve WORKLOAD [--batch 256] [--threads 1]                                    trains one workload on demand: a line of milliseconds in, a line of JSON out
        """);
    return 2;
}
