using System.CommandLine;
using System.Globalization;
using Equipoise.Cli.Output;
using Equipoise.Cli.Queues;
using Equipoise.Configs;
using Equipoise.Sweeps;
using Equipoise.Trials;

namespace Equipoise.Cli.Commands;

/// <summary><c>sweep</c>: tries weights and settings, and shows what can be had for what.</summary>
internal static class SweepCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Make(Shell shell)
    {
        var config = new Argument<string>("config") { Description = "The config, YAML or JSON." };
        var weights = new Option<bool>("--weights") { Description = "Vary the weights of the losses: each is that of the config x a factor, and the factors sum to the number of outputs. Always, if nothing else is varied." };
        var least = new Option<double?>("--least") { Description = "The least factor of a weight, from 0 to below 1. [default: 0.05]" };
        var set = new Option<string[]>("--set") { Description = "A setting to vary: PATH=LOW..HIGH, with :log or :int behind it, or PATH=a,b,c. Give it several times." };
        var planFile = new Option<string?>("--plan") { Description = "A YAML file with a 'sweep:' block that says all of this; options go before it." };
        var by = new Option<string?>("--by") { Description = "What is made better, with commas: price.r2,cut.accuracy; OUTPUT.loss is a raw loss; :min or :max says which way. [default: the first metric of each output]" };
        var sampler = new Option<string?>("--sampler") { Description = "Where to look: grid, random, sobol; nsga2 looks again around the best, for many trials; bayes where a model expects the front to grow, for few. [default: sobol]" };
        var trials = new Option<int?>("--trials") { Description = "Points to try, besides the config as it is. [default: 24]" };
        var population = new Option<int?>("--population") { Description = "Points of a generation of nsga2, or that bayes begins with. [default: 12]" };
        var seeds = new Option<int?>("--seeds") { Description = "Trainings of each point; figures are means. [default: 1]" };
        var epochs = new Option<int?>("--epochs") { Description = "Epochs of each training, instead of what the config says." };
        var seed = new Option<int?>("--seed") { Description = "Decides where random samplers look. [default: 1]" };
        var halving = new Option<double?>("--halving") { Description = "End trials after a quarter or half of their epochs if another is better in everything by this share of the range; without a number 0.1.", Arity = ArgumentArity.ZeroOrOne };
        var workers = new Option<int>("--workers") { Description = "Processes that train at the same time; 0: none here, only those that 'equipoise worker' starts elsewhere.", DefaultValueFactory = _ => 1 };
        var where = new Option<string[]>("--where") { Description = "A bound that --best keeps: \"section.accuracy>=0.75\". Give it several times." };
        var best = new Option<string?>("--best") { Description = "Show the trial with the best figure: tags.f1_micro." };
        var write = new Option<string?>("--write") { Description = "Write the config with the changes of the best trial, or of the knee without --best, to this file beside the config; comments and order stay." };
        var reference = new Option<string[]>("--reference") { Description = "A value up to which the hypervolume counts: price.r2=0. [default: the worst of all trials, and a tenth of the range beyond]" };
        var queue = new Option<string?>("--queue") { Description = "Where trials wait for workers: a file, or for workers on many machines postgres://USER@HOST:PORT/DATABASE. [default: queue.db in the sweep's folder]" };
        var name = new Option<string?>("--name") { Description = "The name of the sweep; one that is there goes on. [default: that of the config]" };
        var sweeps = new Option<string>("--sweeps") { Description = "The folder to make the sweep's folder in.", DefaultValueFactory = _ => "sweeps" };
        var html = PageOption.Make();
        var command = new ToolCommand("sweep", "Trains a config with many weights of the losses, or other settings, and shows the front: what can be had in one figure for what in another.",
            details: """
                The same command again goes on where it ended, after Ctrl-C or a crash, and shows the result again when all is done;
                with more --trials it adds to them. Trials are judged on the validation part, by the epoch that 'keep' says.
                """,
            examples:
            [
                "equipoise sweep equipoise.yaml",
                "equipoise sweep equipoise.yaml --set training.optimizer.adam.learning_rate=1e-4..1e-2:log --set outputs.price.loss=mse,mae --by price.mae,cut.accuracy",
                "equipoise sweep equipoise.yaml --sampler bayes --trials 24 --queue \"postgres://me@database.lan/trainings\"",
                "equipoise sweep equipoise.yaml --sampler nsga2 --trials 60 --halving --workers 2 --where \"section.accuracy>=0.75\" --best tags.f1_micro --write best.yaml",
            ])
            { config, weights, least, set, planFile, by, sampler, trials, population, seeds, epochs, seed, halving, workers, where, best, write, reference, queue, name, sweeps, html };
        command.Validators.Add(result =>
        {
            foreach (var option in (Option<int?>[])[trials, seeds, epochs])
            {
                if (result.GetValue(option) is < 1) result.AddError($"{option.Name} wants a whole number of at least 1.");
            }
            if (result.GetValue(population) is < 4) result.AddError("--population wants a whole number of at least 4.");
            if (result.GetValue(seed) is < 0) result.AddError("--seed wants a whole number of at least 0.");
            if (result.GetResult(workers) is { Implicit: false } && result.GetValue(workers) < 0) result.AddError("--workers wants a whole number of at least 0.");
            if (result.GetValue(least) is { } l && l is not (>= 0 and < 1)) result.AddError("--least wants a number from 0 to below 1.");
            if (result.GetValue(halving) is { } h && h is not (>= 0 and < 1)) result.AddError("--halving wants a number from 0 to below 1.");
            if (result.GetValue(sampler) is { } s && !SweepSampler.Names.Contains(s)) result.AddError($"There is no sampler '{s}'. {Catalogs.Suggestion.Advice(s, [.. SweepSampler.Names])}");
        });
        command.SetAction(parsed =>
        {
            var loaded = Config.Load(parsed.GetRequiredValue(config));
            var plan = parsed.GetValue(planFile) is { } file ? ReadPlan(file) : new SweepPlan();
            bool halve = parsed.GetResult(halving) is not null;
            plan = plan with
            {
                Weights = plan.Weights || parsed.GetValue(weights) || parsed.GetValue(least) is not null,
                LeastWeight = parsed.GetValue(least) ?? plan.LeastWeight,
                Settings = [.. plan.Settings, .. (parsed.GetValue(set) ?? []).Select(s => SweepSpace.Parse(s))],
                By = parsed.GetValue(by) is { } figures ? [.. figures.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] : plan.By,
                Sampler = parsed.GetValue(sampler) ?? plan.Sampler,
                Trials = parsed.GetValue(trials) ?? plan.Trials,
                Population = parsed.GetValue(population) ?? plan.Population,
                Seeds = parsed.GetValue(seeds) ?? plan.Seeds,
                Epochs = parsed.GetValue(epochs) ?? plan.Epochs,
                Seed = parsed.GetValue(seed) ?? plan.Seed,
                Halving = halve ? parsed.GetValue(halving) ?? HalvingRule.UsualMargin : plan.Halving,
            };
            string folder = Path.Combine(parsed.GetRequiredValue(sweeps), parsed.GetValue(name) ?? loaded.Name);
            return Run(shell, loaded, plan, folder, parsed.GetValue(queue), parsed.GetValue(workers), parsed.GetValue(best), parsed.GetValue(where) ?? [], parsed.GetValue(reference) ?? [], parsed.GetValue(write), parsed.GetValue(html));
        });
        return command;
    }

    private static SweepPlan ReadPlan(string file)
    {
        if (!File.Exists(file)) throw new ConfigException($"{file}: there is no such plan.");
        return SweepPlan.Read(File.ReadAllText(file), Path.GetFileName(file));
    }

    private static int Run(Shell shell, Config config, SweepPlan plan, string path, string? queue, int workers, string? best, string[] where, string[] references, string? write, string? page)
    {
        if (write is not null && Path.GetDirectoryName(Path.GetFullPath(write)) != Path.GetDirectoryName(Path.GetFullPath(config.File!)))
            throw new UsageException($"--write {write}: the file must stand beside {config.File}, since the data are found from there.");
        var runner = new TrialRunner(config, shell.Cache);
        var completed = runner.Data.Config;
        foreach (string warning in runner.Data.Warnings) shell.Warn(warning);
        // Whatever is wrong is told before the first trial and before a folder is made.
        SweepConstraint[] bounds = [.. where.Select(w => SweepConstraint.Parse(w, completed))];
        var reference = references.Select(r => Reference(r, completed)).ToDictionary(r => r.Name, r => r.Value, StringComparer.Ordinal);
        var objectives = plan.Objectives(completed);
        var by = best is null ? Unbounded(objectives, bounds) : SweepObjective.Parse(best, completed);
        foreach (string unknown in reference.Keys.Where(r => objectives.All(o => o.Name != r))) throw new UsageException($"--reference {unknown}: this is no objective. {Catalogs.Suggestion.Advice(unknown, [.. objectives.Select(o => o.Name)])}");
        using (var nothing = new NoQueue()) new Sweep(runner, plan, nothing).Check();
        using var folder = SweepFolder.Open(path, config, plan, runner.Data.Files, queue);
        var sweep = new Sweep(runner, plan, folder.Queue);
        int before = folder.Queue.Trials().Count(t => t.Outcome is not null);
        if (folder.GoesOn) shell.Say($"{path}: {before} {(before == 1 ? "trial has" : "trials have")} ended before.");
        var progress = new SweepProgress(shell, sweep.Objectives, sweep.MostTrials, before);
        try
        {
            sweep.Fill();
            if (folder.Queue.IsClosed && folder.Queue.Trials().All(t => t.Outcome is not null)) shell.Say("All trials have ended: this is what they found.");
            else if (workers == 1) TrainHere(sweep, folder, runner, progress, shell.Cancellation);
            else TrainApart(sweep, folder, config, workers, queue is null ? null : PostgresAddress.TryParse(queue)?.Password, progress, shell);
        }
        catch (OperationCanceledException)
        {
            shell.Say($"The trials that have ended are kept in {path}; the same command goes on with the others.");
            throw;
        }
        finally
        {
            folder.Write(folder.Queue.Trials());
        }
        var result = SweepResult.Of(sweep.Objectives, folder.Queue.Trials(), reference);
        var chosen = by is null ? null : result.Best(by, bounds);
        var taken = by is null ? result.Knee : chosen;
        if (write is not null && taken is not null) File.WriteAllText(write, taken.Changes.Aggregate(config.Text, (text, change) => ConfigEdit.Set(text, change.Path, change.Value, "--write")));
        Envelope.Give(shell, "sweep", page, () => SweepPrint.Json(result, path, plan, chosen, by, bounds, folder.Queue.Address, taken is null ? null : write),
            () => SweepPrint.Write(shell, result, completed, path, chosen, by, bounds), runner.Data.Warnings);
        if (write is not null) shell.Say(taken is null ? $"{write} is not written, since there is no {(by is null ? "knee" : "best trial")}." : $"{write} is the config {(taken.Number == 0 ? "as it is, which is the best" : $"of trial {taken.Number}")}: 'equipoise train {write}' trains it{(plan.Epochs is null ? "" : ", with the epochs of the config")}.");
        if (write is not null && taken is null) return ExitCodes.Failed;
        return result.Points.All(p => p.State == SweepState.Diverged) ? ExitCodes.Diverged : ExitCodes.Done;
    }

    // With bounds and no --best: the only objective that has no bound.
    private static SweepObjective? Unbounded(IReadOnlyList<SweepObjective> objectives, SweepConstraint[] bounds)
    {
        if (bounds.Length == 0) return null;
        SweepObjective[] free = [.. objectives.Where(o => bounds.All(b => b.Name != o.Name))];
        return free.Length == 1 ? free[0] : throw new UsageException($"--where needs --best: which figure shall be best within the bounds? {Catalogs.Suggestion.Advice("", [.. objectives.Select(o => o.Name)])}");
    }

    private static void TrainHere(Sweep sweep, SweepFolder folder, TrialRunner runner, SweepProgress progress, CancellationToken cancellation)
    {
        var worker = new SweepWorker(folder.Queue, sweep.Plan, runner)
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-0"),
            AfterTrial = (task, outcome) =>
            {
                progress.Tell(task, outcome);
                folder.Write(folder.Queue.Trials());
            },
        };
        bool Ended() => folder.Queue.IsClosed && folder.Queue.Trials().All(t => t.Outcome is not null);
        while (true)
        {
            sweep.Run(worker, cancellation);
            if (Ended()) return;
            // Another worker has the last trials, or one that died had them: then their leases end some time.
            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static void TrainApart(Sweep sweep, SweepFolder folder, Config config, int workers, string? password, SweepProgress progress, Shell shell)
    {
        int threads = Math.Max(1, Environment.ProcessorCount / Math.Max(1, workers));
        if (workers == 0) shell.Say($"Nothing is trained here. Start workers, on any machine that reaches the queue: equipoise worker --queue \"{folder.Queue.Address}\"");
        else if (config.Training.Workers == 0) shell.Say($"{workers} workers with {threads} {(threads == 1 ? "thread" : "threads")} each.");
        using var processes = new WorkerProcesses(workers, folder.Queue, password, ["--threads", threads.ToString(CultureInfo.InvariantCulture), .. shell.Cache is null ? ["--no-cache"] : Array.Empty<string>()]);
        var told = folder.Queue.Trials().Where(t => t.Outcome is not null).Select(t => t.Task.Number).ToHashSet();
        while (true)
        {
            shell.Cancellation.ThrowIfCancellationRequested();
            sweep.Fill();
            var trials = folder.Queue.Trials();
            foreach (var trial in trials.Where(t => t.Outcome is not null && told.Add(t.Task.Number))) progress.Tell(trial.Task, trial.Outcome!);
            folder.Write(trials);
            if (folder.Queue.IsClosed && trials.All(t => t.Outcome is not null)) return;
            processes.Tend(shell.Say);
            shell.Cancellation.WaitHandle.WaitOne(Pause);
        }
    }

    private static (string Name, double Value) Reference(string text, Config config)
    {
        var (name, value) = ConfigChange.Parse(text, "--reference");
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number)) throw new UsageException($"--reference {text}: '{value}' is no number.");
        return (SweepObjective.Parse($"{name}:max", config).Name, number);
    }
}
