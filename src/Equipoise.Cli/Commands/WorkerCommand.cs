using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Cli.Queues;
using Equipoise.Configs;
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
        var queue = new Option<string>("--queue") { Description = "The queue of a sweep: sweeps/NAME/queue.db.", Required = true };
        var name = new Option<string?>("--name") { Description = "What the queue calls it; no other worker may have the same name. [default: machine and process]" };
        var threads = new Option<int?>("--threads") { Description = "Threads of each training, if the config does not say. The result does not depend on it." };
        var lease = new Option<double>("--lease") { Description = "Seconds of silence after which its trial is given to another worker.", DefaultValueFactory = _ => 30 };
        var command = new ToolCommand("worker", "Trains trials of a sweep, one after the other, until there are none. Start as many as you like, at any time.",
            details: """
                A worker may be killed at any moment: its trial is begun again by another one, and no trial that has ended is repeated.
                'equipoise sweep --workers N' starts workers by itself. All must see the file and the data under the same path, on one machine.
                """,
            examples: ["equipoise worker --queue sweeps/diamonds/queue.db"]) { queue, name, threads, lease };
        command.Validators.Add(result =>
        {
            if (result.GetValue(threads) is < 1) result.AddError("--threads wants a whole number of at least 1.");
            if (result.GetResult(lease) is { Implicit: false } && result.GetValue(lease) is not (>= 1 and <= 86400)) result.AddError("--lease wants a number of seconds from 1 to 86400.");
        });
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(queue), parsed.GetValue(name) ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}"),
            parsed.GetValue(threads), TimeSpan.FromSeconds(parsed.GetValue(lease))));
        return command;
    }

    private static int Run(Shell shell, string file, string name, int? threads, TimeSpan lease)
    {
        using var queue = SqliteQueue.Open(file);
        var plan = SweepPlan.Read(queue.Plan, "plan");
        var config = Config.Read(queue.ConfigText, queue.ConfigFile);
        if (threads is { } count && config.Training.Workers == 0) config = Config.Read(ConfigEdit.Set(config.Text, "training.workers", count.ToString(CultureInfo.InvariantCulture)), queue.ConfigFile);
        int ended = 0;
        var worker = new SweepWorker(queue, plan, new TrialRunner(config))
        {
            Name = name, Lease = lease,
            AfterTrial = (task, outcome) => shell.Say($"trial {task.Point}, seed {task.Seed}: {SqliteQueue.NameOf(outcome.State)} [{Figures.Time(TimeSpan.FromSeconds(outcome.Seconds))}]"),
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
        if (shell.Json) Envelope.Write(shell, "worker", new JsonObject { ["queue"] = file, ["name"] = name, ["trials"] = ended });
        else shell.Output.WriteLine($"{name}: {ended} {(ended == 1 ? "trial" : "trials")} trained. Nothing is left to do.");
        return ExitCodes.Done;
    }
}
