using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Cli.Queues;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Sweeps;
using Equipoise.Trials;

namespace Equipoise.Cli.Commands;

/// <summary><c>worker</c>: trains trials of a sweep until there are none.</summary>
internal static class WorkerCommand
{
    // Nothing to do and nobody at work for so long: whoever fills the queue has gone.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(300);

    public static Command Make(Shell shell)
    {
        var queue = new Option<string>("--queue") { Description = "The queue of a sweep: sweeps/NAME/queue.db, or postgres://USER@HOST/DATABASE?sweep=NAME.", Required = true };
        var name = new Option<string?>("--name") { Description = "What the queue calls it; no other worker may have the same name. [default: machine and process]" };
        var threads = new Option<int?>("--threads") { Description = "Threads of each training, if the config does not say. The result does not depend on it." };
        var folder = new Option<string?>("--folder") { Description = "The folder that the data are found from on this machine. [default: that of the config when the sweep was begun]" };
        var lease = new Option<double>("--lease") { Description = "Seconds of silence after which its trial is given to another worker.", DefaultValueFactory = _ => 30 };
        var command = new ToolCommand("worker", "Trains trials of a sweep, one after the other, until there are none. Start as many as you like, at any time.",
            details: """
                A worker may be killed at any moment: its trial is begun again by another one, and no trial that has ended is repeated.
                'equipoise sweep --workers N' starts workers by itself. Workers of a file are on one machine; those of a PostgreSQL database may be
                on any, with their own copies of the data, which are checked to be the same. A password is best in PGPASSWORD or ~/.pgpass.
                """,
            examples:
            [
                "equipoise worker --queue sweeps/diamonds/queue.db",
                "equipoise worker --queue \"postgres://me@database.lan/trainings?sweep=diamonds\" --folder ~/diamonds",
            ]) { queue, name, folder, threads, lease };
        command.Validators.Add(result =>
        {
            if (result.GetValue(threads) is < 1) result.AddError("--threads wants a whole number of at least 1.");
            if (result.GetResult(lease) is { Implicit: false } && result.GetValue(lease) is not (>= 1 and <= 86400)) result.AddError("--lease wants a number of seconds from 1 to 86400.");
        });
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(queue), parsed.GetValue(folder), parsed.GetValue(name) ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}"),
            parsed.GetValue(threads), TimeSpan.FromSeconds(parsed.GetValue(lease))));
        return command;
    }

    private static int Run(Shell shell, string address, string? folder, string name, int? threads, TimeSpan lease)
    {
        using var queue = SweepQueues.Open(address);
        var plan = SweepPlan.Read(queue.Plan, "plan");
        string file = folder is null ? queue.ConfigFile : Path.Combine(Path.GetFullPath(folder), Path.GetFileName(queue.ConfigFile));
        var config = Config.Read(queue.ConfigText, file);
        if (threads is { } count && config.Training.Workers == 0) config = Config.Read(ConfigEdit.Set(config.Text, "training.workers", count.ToString(CultureInfo.InvariantCulture)), file);
        var runner = new TrialRunner(config, shell.Cache);
        if (QueueText.Of(runner.Data.Files) != queue.Data) throw new DataException($"The data here, found from {Path.GetDirectoryName(file)}, are not those that the sweep was begun with, so results could not be compared. Copy them anew, or say where they are: --folder FOLDER.");
        int ended = 0;
        var worker = new SweepWorker(queue, plan, runner)
        {
            Name = name, Lease = lease,
            AfterTrial = (task, outcome) => shell.Say($"trial {task.Point}, seed {task.Seed}: {QueueText.Of(outcome.State)} [{Figures.Time(TimeSpan.FromSeconds(outcome.Seconds))}]"),
        };
        long idle = TimeProvider.System.GetTimestamp();
        while (true)
        {
            int done = worker.Run(shell.Cancellation);
            ended += done;
            var left = queue.Trials().Where(t => t.Outcome is null).ToList();
            if (left.Count == 0 && queue.IsClosed) break;
            if (done > 0 || left.Count > 0) idle = TimeProvider.System.GetTimestamp();
            if (TimeProvider.System.GetElapsedTime(idle) > Patience)
            {
                shell.Say("Nothing has come for a minute, and the queue is not complete: 'equipoise sweep' goes on with it.");
                break;
            }
            shell.Cancellation.WaitHandle.WaitOne(Pause);
        }
        if (shell.Json) Envelope.Write(shell, "worker", new JsonObject { ["queue"] = queue.Address, ["name"] = name, ["trials"] = ended });
        else shell.Output.WriteLine($"{name}: {ended} {(ended == 1 ? "trial" : "trials")} trained. Nothing is left to do.");
        return ExitCodes.Done;
    }
}
