using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Runs;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Queues;

/// <summary>The folder of a sweep: the queue or where it is, the config and the plan as they were, and every trial in a line.</summary>
internal sealed class SweepFolder : IDisposable
{
    private const string PlanFile = "plan.json";
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private int _written = -1;

    private SweepFolder(string path, DatabaseQueue queue, bool goesOn) => (Path, Queue, GoesOn) = (path, queue, goesOn);

    public string Path { get; }

    public DatabaseQueue Queue { get; }

    /// <summary>Whether it was there before.</summary>
    public bool GoesOn { get; }

    /// <summary>Makes a folder for a sweep, or goes on with the one that is there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="config">The config.</param>
    /// <param name="plan">What is tried.</param>
    /// <param name="files">The data's files.</param>
    /// <param name="address">Where the queue is or shall be; null: where the folder says, or in the folder.</param>
    /// <exception cref="UsageException">The one that is there is another sweep.</exception>
    public static SweepFolder Open(string path, Config config, SweepPlan plan, IReadOnlyDictionary<string, Fingerprint> files, string? address = null)
    {
        string note = System.IO.Path.Combine(path, "queue.txt"), local = System.IO.Path.Combine(path, "queue.db");
        string? noted = File.Exists(note) ? File.ReadAllText(note).Trim() : File.Exists(local) ? local : null;
        var server = PostgresAddress.TryParse(address ?? noted ?? local);
        if (server is { Sweep: null }) server = server.With(System.IO.Path.GetFileName(System.IO.Path.GetFullPath(path)));
        string place = server?.Text ?? (address is null ? noted ?? local : System.IO.Path.GetFullPath(address));
        if (noted is not null && noted != place) throw new UsageException($"{path} holds a sweep whose queue is {noted}, not {place}. Give this one a name of its own: --name NAME; or leave --queue out to go on with it.");
        bool goesOn = server is null ? File.Exists(place) : PostgresQueue.Sweeps(server).Contains(server.Sweep);
        if (!goesOn && noted is not null && noted != local) throw new UsageException($"{path} holds a sweep, but its queue {noted} is gone. Delete the folder to begin anew, or give another name: --name NAME.");
        string configFile = System.IO.Path.GetFullPath(config.File ?? "config.yaml");
        DatabaseQueue queue;
        if (server is not null) queue = goesOn ? PostgresQueue.Open(server) : PostgresQueue.Create(server, plan, config.Text, configFile, files);
        else
        {
            if (!goesOn) MakeFile(place, plan, config.Text, configFile, files);
            queue = SqliteQueue.Open(place);
        }
        try
        {
            if (goesOn) GoOn(path, queue, config, plan, files);
            if (!File.Exists(System.IO.Path.Combine(path, PlanFile)))
            {
                Directory.CreateDirectory(path);
                File.WriteAllText(System.IO.Path.Combine(path, RunFiles.Config), config.Text);
                File.WriteAllText(System.IO.Path.Combine(path, PlanFile), plan.ToText() + "\n");
                if (place != local) File.WriteAllText(note, place + "\n");
            }
        }
        catch
        {
            queue.Dispose();
            throw;
        }
        return new SweepFolder(path, queue, goesOn);
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

    private static void MakeFile(string file, SweepPlan plan, string configText, string configFile, IReadOnlyDictionary<string, Fingerprint> files)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : ".");
        // Made under another name, so that a queue that is there is whole.
        File.Delete(file + ".new");
        SqliteQueue.Create(file + ".new", plan, configText, configFile, files).Dispose();
        File.Move(file + ".new", file);
    }

    private static void GoOn(string path, DatabaseQueue queue, Config config, SweepPlan plan, IReadOnlyDictionary<string, Fingerprint> files)
    {
        var before = SweepPlan.Read(queue.Plan, "plan");
        string? other = queue.ConfigText != config.Text ? "of another config, or the config has been changed since"
            : queue.Data != QueueText.Of(files) ? "of other data, or the data have been changed since" : plan.Continues(before) ? null : $"of another plan: {queue.Plan}";
        if (other is not null) throw new UsageException($"{path} ({queue.Address}) holds a sweep {other}. Give this one a name of its own: --name NAME; or delete it.");
        if (plan.Trials <= before.Trials) return;
        queue.SetPlan(plan);
        queue.Reopen();
    }

    private static JsonObject Line(SweepTrial trial)
    {
        var changes = new JsonObject();
        foreach (var change in trial.Task.Changes) changes[change.Path] = change.Value;
        var figures = new JsonObject();
        foreach (var (name, value) in trial.Outcome!.Figures) figures[name] = RunJson.Number(value);
        return new JsonObject
        {
            ["number"] = trial.Task.Number, ["trial"] = trial.Task.Point, ["seed"] = trial.Task.Seed, ["state"] = QueueText.Of(trial.State), ["changes"] = changes, ["figures"] = figures,
            ["best_epoch"] = trial.Outcome.BestEpoch, ["epochs"] = trial.Outcome.Epochs, ["seconds"] = trial.Outcome.Seconds, ["reason"] = trial.Outcome.Reason, ["worker"] = trial.Worker, ["attempts"] = trial.Attempts,
        };
    }
}
