using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Configs;
using Equipoise.Trials;

namespace Equipoise.Cli.Commands;

/// <summary><c>compare</c>: which of several variants of a config is better, and how sure that is.</summary>
internal static class CompareCommand
{
    public static Command Make(Shell shell)
    {
        var config = new Argument<string>("config") { Description = "The config, YAML or JSON." };
        var variants = new Option<string[]>("--variant") { Description = "A variant, NAME:path=value;path=value; NAME: alone is the config as it is. Give it several times." };
        var losses = new Option<string[]>("--losses") { Description = "A variant for each loss of an output: OUTPUT=huber,mse,{quantile: 0.5}." };
        var balancers = new Option<string?>("--balancers") { Description = "A variant for each balancer: fixed,uncertainty,upgrad. Fixed weights that were searched for are always one more." };
        var plan = new Option<string?>("--plan") { Description = "A YAML file with a 'compare:' block that says all of this; options add to it." };
        var by = new Option<string[]>("--by") { Description = "What to judge by: a metric (price.r2) or a formula (0.5*section.accuracy + 0.5*tags.f1_micro); without it what 'keep' says. Several are judged one by one." };
        var seeds = new Option<int?>("--seeds") { Description = "Seeds that each variant is trained with. [default: 5]" };
        var epochs = new Option<int?>("--epochs") { Description = "Epochs of each training, instead of what the config says." };
        var budget = new Option<int?>("--budget") { Description = "Trainings that the search for fixed weights takes at the most. [default: 5 for two outputs, 9 for three, else 1 + 2 x outputs]" };
        var alone = new Option<bool>("--alone") { Description = "Train each output alone, too: shows whether the others help or harm it." };
        var test = new Option<bool>("--test") { Description = "Show the figures of the test part, too. They decide nothing." };
        var html = PageOption.Make();
        var command = new ToolCommand("compare", "Trains variants of a config with several seeds on the same rows, and says which is better by a metric, if that can be said.",
            details: """
                A difference is paired by seed and by validation row; a winner is named only if its interval against every other variant
                excludes 0. A setting is named by keys with dots: outputs.price.loss, training.optimizer.adam.learning_rate, trunk[0].dense.
                Nothing is written; Ctrl-C ends it without a result.
                """,
            examples:
            [
                "equipoise compare equipoise.yaml --losses price=huber,mean_squared_error --by price.mae",
                "equipoise compare equipoise.yaml --balancers uncertainty,upgrad --by \"0.5*section.accuracy + 0.5*tags.f1_micro\" --seeds 3",
                "equipoise compare equipoise.yaml --variant \"as it is:\" --variant \"wide: trunk[0].dense=256; training.batch=32\" --by price.r2 --alone",
            ])
            { config, variants, losses, balancers, plan, by, seeds, epochs, budget, alone, test, html };
        foreach (var option in (Option<int?>[])[seeds, epochs, budget])
        {
            command.Validators.Add(result =>
            {
                if (result.GetValue(option) is < 1) result.AddError($"{option.Name} wants a whole number of at least 1.");
            });
        }
        command.SetAction(parsed =>
        {
            var loaded = Config.Load(parsed.GetRequiredValue(config));
            var wanted = parsed.GetValue(plan) is { } file ? ReadPlan(file, loaded) : new ComparisonPlan();
            int number = 0;
            wanted = wanted with { Variants = [.. wanted.Variants, .. (parsed.GetValue(variants) ?? []).Select(v => Variant.Parse(v, $"--variant {++number}"))] };
            foreach (string text in parsed.GetValue(losses) ?? []) wanted = wanted.WithLosses(text);
            if (parsed.GetValue(balancers) is { } names) wanted = wanted.WithBalancers(names, loaded);
            wanted = wanted with
            {
                By = parsed.GetValue(by) is { Length: > 0 } figures ? figures : wanted.By,
                Seeds = parsed.GetValue(seeds) ?? wanted.Seeds,
                Epochs = parsed.GetValue(epochs) ?? wanted.Epochs,
                Budget = parsed.GetValue(budget) ?? wanted.Budget,
                Alone = parsed.GetValue(alone) || wanted.Alone,
                Test = parsed.GetValue(test) || wanted.Test,
            };
            if (wanted.Variants.Count == 0 && !wanted.Alone) throw new UsageException("There is nothing to compare. Give --variant, --losses, --balancers or --plan; or --alone, for each output alone.");
            return Run(shell, loaded, parsed.GetRequiredValue(config), wanted, parsed.GetValue(html));
        });
        return command;
    }

    private static ComparisonPlan ReadPlan(string file, Config config)
    {
        if (!File.Exists(file)) throw new ConfigException($"{file}: there is no such plan.");
        return ComparisonPlan.Read(File.ReadAllText(file), Path.GetFileName(file), config);
    }

    private static int Run(Shell shell, Config config, string file, ComparisonPlan plan, string? page)
    {
        var runner = new TrialRunner(config, shell.Cache);
        foreach (string warning in runner.Data.Warnings) shell.Warn(warning);
        long start = TimeProvider.System.GetTimestamp();
        var result = Comparison.Run(runner, plan, note => Tell(shell, note, TimeProvider.System.GetElapsedTime(start)), shell.Cancellation);
        Envelope.Give(shell, "compare", page, () => ComparisonReport.Json(result, file), () => ComparisonReport.Write(shell.Output, result), runner.Data.Warnings);
        return result.Variants.All(v => v.Trials.All(t => t.Fault is not null)) ? ExitCodes.Diverged : ExitCodes.Done;
    }

    private static void Tell(Shell shell, TrialNote note, TimeSpan spent)
    {
        string left = note.Done == note.All ? "" : $", about {Figures.Time(spent / note.Done * (note.All - note.Done))} left";
        shell.Say($"{note.Done}/{note.All} {note.Name}, seed {note.Seed}: {(note.Fault is null ? Figures.Number(note.Value) : "diverged")} [{Figures.Time(TimeSpan.FromSeconds(note.Seconds))}{left}]");
    }
}
