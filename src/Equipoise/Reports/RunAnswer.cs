using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Runs;

namespace Equipoise.Reports;

/// <summary>A run as an answer: where it comes from, its figures on every part, the course of every term of the total, and what gradients were like. What <c>report RUN --json</c> has.</summary>
/// <remarks>
/// The course goes by epochs, training and validation; of runs of fewer than three epochs, training goes by at most 60 stretches of steps, each the mean of its steps weighted by their rows, so that the account of every
/// stretch adds up as that of a step does.
/// </remarks>
public static class RunAnswer
{
    private const int FewEpochs = 3;
    private const int Stretches = 60;

    /// <summary>Reads a run folder.</summary>
    /// <exception cref="RunException">It is no run folder, or a file of it is damaged.</exception>
    public static Answer Of(string run)
    {
        var lines = RunFolder.ReadLedger(run);
        var environment = Read(run, RunFiles.Environment);
        var metrics = Read(run, RunFiles.Metrics);
        var result = new JsonObject
        {
            ["run"] = run,
            ["name"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run))),
        };
        foreach (string key in (string[])["started", "version", "processor", "workers", "seed", "balance", "trained_numbers", "rows", "notes"]) result[key] = environment.Under(key)?.DeepClone();
        foreach (string key in (string[])["epochs", "best_epoch", "kept_by", "stopped", "seconds", "parts"]) result[key] = metrics.Under(key)?.DeepClone();
        Explanation[] epochs = [.. lines.Where(l => l.Part == "epoch").Select(l => new Explanation(l.Part, l.Entry))];
        Explanation[] validation = [.. lines.Where(l => l.Part == "validation").Select(l => new Explanation(l.Part, l.Entry))];
        if (epochs.Length == 0) throw new RunException($"{run}: no epoch is complete, so there is nothing to report.");
        bool steps = epochs.Length < FewEpochs;
        result["course_by"] = steps ? "step" : "epoch";
        result["training"] = steps ? RunCourse.OfSteps([.. lines.Where(l => l.Part == "step").Select(l => l.Entry)], Stretches) : RunCourse.OfEpochs(epochs);
        result["validation"] = RunCourse.OfEpochs(validation);
        result["metrics"] = RunCourse.Metrics(Path.Combine(run, RunFiles.Ledger));
        if (epochs.LastOrDefault(e => e.Entry.Gradients is not null) is { } looked)
        {
            result["gradients_of"] = RunJson.Explain(looked);
            result["cosines"] = RunCourse.Cosines(epochs);
        }
        return new Answer("run", result);
    }

    private static JsonNode? Read(string run, string file)
    {
        string path = Path.Combine(run, file);
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) : null;
        }
        catch (JsonException fault)
        {
            throw new RunException($"{path}: {fault.Message}", fault);
        }
    }
}
