using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Ledger;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>Both sides begin with our weights and train on the same batches with the same optimizer and weights of the losses: then their losses must agree.</summary>
/// <remarks>
/// Our model writes its weights as safetensors and the batches as NumPy arrays into a temporary folder; <c>bench/peers/equal_weights.py</c> reads them. What differs between the sides by definition is set alike there:
/// Adam adds its epsilon to the root that is not corrected; RMSprop has its epsilon outside of the root in PyTorch and inside in ours, so both are made too small to matter.
/// </remarks>
internal static class EqualWeights
{
    public const int Steps = 20;
    public const double Bar = 1e-4;
    private const double RmsPropEpsilon = 1e-12;
    private static readonly int[] _shown = [1, 2, 5, 10, 20];
    private static readonly string[] _columns = ["workload", "batch", "loss", .. _shown.Select(s => $"step {s}, ours"), "step 20, PyTorch", "largest difference of 20 steps", "difference at step 20"];

    public static int Run(Arguments arguments)
    {
        var file = new ResultFile(Place.Result("equal-weights.md"), "The same losses as PyTorch from the same weights",
            $"Both sides begin with the same weights, see the same {Steps} batches and update with the same optimizer (`compare --equal-weights --write`). Differences are relative; at step {Steps} none may exceed {Bar.ToString("0e-0", CultureInfo.InvariantCulture)}. "
            + "Losses of outputs are raw; their weights in the total are 0.5, 0.75, 1, 1.25, 1.5. All in single precision, summed in different order.", _columns, 3);
        bool agree = true;
        foreach (string line in ResultFile.Lines(_columns, [])) Console.WriteLine(line);
        foreach (string name in arguments.List("--only", [.. Workload.Names, .. OtherWorkloads.Names]))
        {
            foreach (int batch in arguments.Numbers("--batches", [32]))
            {
                var workload = Workload.Of(name, batch, Steps);
                var (entries, theirs, peer) = Train(workload);
                file.Peers = peer;
                for (int k = -1; k < workload.Outputs.Count; k++)
                {
                    int loss = k;
                    double[] ours = [.. entries.Select(e => loss < 0 ? e.Total : e.Outputs[loss].RawLoss)];
                    double[] differences = [.. Enumerable.Range(0, Steps).Select(s => Statistics.RelativeDifference(ours[s], theirs[s][loss + 1]))];
                    agree &= differences[Steps - 1] <= Bar;
                    string[] row = [name, $"{batch}", loss < 0 ? "total" : entries[0].Outputs[loss].Output, .. _shown.Select(s => Number(ours[s - 1])), Number(theirs[Steps - 1][loss + 1]), Small(differences.Max()), Small(differences[Steps - 1])];
                    Console.WriteLine(ResultFile.Line(row));
                    if (arguments.Has("--write")) file.Put(row);
                }
            }
        }
        if (!agree) Console.Error.WriteLine($"The losses differ by more than {Bar:0e-0} at step {Steps}.");
        return agree ? 0 : 1;
    }

    /// <summary>The ledger of our side.</summary>
    /// <param name="workload">A workload with batches for all steps.</param>
    /// <param name="folder">Where the start weights, the batches and the settings are written for the peer; null for nowhere.</param>
    public static List<LedgerEntry> TrainOurs(Workload workload, string? folder = null)
    {
        var outputs = workload.Outputs.Select((o, k) => (o.Key, Output: o.Value with { Weight = 0.5 + (0.25 * k) })).ToDictionary(o => o.Key, o => o.Output);
        var optimizer = workload.Optimizer is RmsProp rmsProp ? rmsProp with { Epsilon = RmsPropEpsilon * RmsPropEpsilon } : workload.Optimizer;
        var model = workload.Build();
        if (folder is not null)
        {
            model.SaveWeights(Path.Combine(folder, "weights.safetensors"));
            WriteData(folder, workload.Data);
            var settings = new JsonObject
            {
                ["loss_weights"] = new JsonArray([.. model.Outputs.Select(o => (JsonNode)outputs[o.Name].Weight)]),
                ["rmsprop_epsilon"] = RmsPropEpsilon,
                ["adam_epsilon"] = workload.Optimizer switch { Adam adam => adam.Epsilon, AdamW adamW => adamW.Epsilon, _ => null },
            };
            File.WriteAllText(Path.Combine(folder, "settings.json"), settings.ToJsonString());
        }
        using var trainer = model.Compile(new CompileOptions { Optimizer = optimizer, Outputs = outputs });
        trainer.Fit(workload.Data, new FitOptions { BatchSize = workload.Batch, Shuffle = false });
        return [.. Enumerable.Range(0, trainer.Ledger.StepCount).Select(trainer.Ledger.Step)];
    }

    private static (List<LedgerEntry> Ours, double[][] Theirs, string Peer) Train(Workload workload)
    {
        var folder = Directory.CreateTempSubdirectory("equal-weights-");
        try
        {
            var ours = TrainOurs(workload, folder.FullName);
            var (theirs, peer) = RunPeer(workload, folder.FullName);
            return (ours, theirs, peer);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void WriteData(string folder, Dataset data)
    {
        foreach (var (name, column) in data.Inputs)
        {
            string file = Path.Combine(folder, $"input.{name}.npy");
            if (column is NumbersColumn numbers) NumpyFile.Write(file, numbers.Values.ToArray(), [numbers.Rows, .. numbers.Shape]);
            else if (column is IndicesColumn indices) NumpyFile.Write(file, indices.Values.ToArray(), indices.Rows, indices.Length);
            else throw new NotSupportedException($"Input '{name}' is a {column.GetType().Name}, which is not written for a peer.");
        }
        foreach (var (name, column) in data.Targets) NumpyFile.Write(Path.Combine(folder, $"target.{name}.npy"), column.Values.ToArray(), [column.Rows, .. column.Shape]);
    }

    // A line of JSON: for each step the total and then the outputs.
    private static (double[][] Losses, string Version) RunPeer(Workload workload, string folder)
    {
        var start = new ProcessStartInfo(Place.Python, [Place.Peer("torch_bench.py"), "--workload", workload.Name, "--batch", $"{workload.Batch}", "--equal-weights", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"PyTorch's side failed: {errors.Result.Trim().Split('\n')[^1]}. {Competitor.HowToInstallTorch}");
        var json = JsonNode.Parse(answer)!;
        return ([.. json["losses"]!.AsArray().Select(step => step!.AsArray().Select(loss => (double)loss!).ToArray())], (string)json["peer"]!);
    }

    private static string Number(double value) => value.ToString("0.000000", CultureInfo.InvariantCulture);

    private static string Small(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);
}
