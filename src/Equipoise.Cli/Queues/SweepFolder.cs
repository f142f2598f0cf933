using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Queues;

/// <summary>The folder of a sweep: the queue, the config and the plan as they were, and every trial in a line.</summary>
internal sealed class SweepFolder : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private int _written = -1;

    private SweepFolder(string path, SqliteQueue queue, bool goesOn) => (Path, Queue, GoesOn) = (path, queue, goesOn);

    public string Path { get; }

    public SqliteQueue Queue { get; }

    /// <summary>Whether it was there before.</summary>
    public bool GoesOn { get; }

    public string QueueFile => QueueIn(Path);

    /// <summary>Makes a folder for a sweep, or goes on with the one that is there.</summary>
    /// <exception cref="UsageException">The one that is there is another sweep.</exception>
    public static SweepFolder Open(string path, Config config, SweepPlan plan)
    {
        if (!File.Exists(QueueIn(path)))
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(System.IO.Path.Combine(path, RunFiles.Config), config.Text);
            File.WriteAllText(System.IO.Path.Combine(path, "plan.json"), plan.ToText() + "\n");
            // Made under another name, so that a queue that is there is whole.
            string making = QueueIn(path) + ".new";
            File.Delete(making);
            SqliteQueue.Create(making, plan, config.Text, System.IO.Path.GetFullPath(config.File ?? "config.yaml")).Dispose();
            File.Move(making, QueueIn(path));
            return new SweepFolder(path, SqliteQueue.Open(QueueIn(path)), goesOn: false);
        }
        var queue = SqliteQueue.Open(QueueIn(path));
        var before = SweepPlan.Read(queue.Plan, "plan");
        string? other = queue.ConfigText != config.Text ? "of another config, or the config has been changed since" : plan.Continues(before) ? null : $"of another plan: {queue.Plan}";
        if (other is not null)
        {
            queue.Dispose();
            throw new UsageException($"{path} holds a sweep {other}. Give this one a name of its own: --name NAME; or delete the folder.");
        }
        if (plan.Trials > before.Trials)
        {
            queue.SetPlan(plan);
            queue.Reopen();
        }
        return new SweepFolder(path, queue, goesOn: true);
    }

    /// <summary>Writes <c>trials.jsonl</c> if more trials have ended.</summary>
    public void Write(IReadOnlyList<SweepTrial> trials)
    {
        int ended = trials.Count(t => t.Outcome is not null);
        if (ended == _written) return;
        _written = ended;
        var text = new StringBuilder();
        foreach (var trial in trials.Where(t => t.Outcome is not null)) text.Append(Line(trial).ToJsonString(Options)).Append('\n');
        string file = System.IO.Path.Combine(Path, "trials.jsonl");
        File.WriteAllText(file + ".new", text.ToString());
        File.Move(file + ".new", file, overwrite: true);
    }

    public void Dispose() => Queue.Dispose();

    private static string QueueIn(string path) => System.IO.Path.Combine(path, "queue.db");

    private static JsonObject Line(SweepTrial trial)
    {
        var changes = new JsonObject();
        foreach (var change in trial.Task.Changes) changes[change.Path] = change.Value;
        var figures = new JsonObject();
        foreach (var (name, value) in trial.Outcome!.Figures) figures[name] = RunJson.Number(value);
        return new JsonObject
        {
            ["number"] = trial.Task.Number, ["trial"] = trial.Task.Point, ["seed"] = trial.Task.Seed, ["state"] = SqliteQueue.NameOf(trial.State), ["changes"] = changes, ["figures"] = figures,
            ["best_epoch"] = trial.Outcome.BestEpoch, ["epochs"] = trial.Outcome.Epochs, ["seconds"] = trial.Outcome.Seconds, ["reason"] = trial.Outcome.Reason, ["worker"] = trial.Worker, ["attempts"] = trial.Attempts,
        };
    }
}
