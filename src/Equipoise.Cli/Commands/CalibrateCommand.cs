using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Output;
using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Cli.Commands;

/// <summary><c>calibrate</c>: weights of the losses from what they are like at the beginning of training.</summary>
internal static class CalibrateCommand
{
    private static readonly (string Name, CalibrationRule Rule, string Meaning)[] Rules =
    [
        ("equal_contribution", CalibrationRule.EqualContribution, "every output adds the same to the total"),
        ("equal_gradient", CalibrationRule.EqualGradient, "every output pulls the shared layers as hard as the others"),
        ("relative_to_trivial", CalibrationRule.RelativeToTrivial, "every loss is divided by that of the best constant prediction"),
        ("shares", CalibrationRule.Shares, "every output adds the share that --shares says"),
    ];

    public static Command Make(Shell shell)
    {
        var config = new Argument<string>("config") { Description = "The config, YAML or JSON." };
        var rule = new Option<string?>("--rule") { Description = $"What weights are made by: {string.Join("; ", Rules.Select(r => $"{r.Name}: {r.Meaning}"))}. [default: equal_contribution, or shares if --shares is given]" };
        rule.AcceptOnlyFromAmong([.. Rules.Select(r => r.Name)]);
        var shares = new Option<string?>("--shares") { Description = "The share of each output: price=0.5,kind=0.3,tags=0.2. They need not add up to 1." };
        var steps = new Option<int>("--steps") { Description = "Steps of each training; figures are means of its last quarter.", DefaultValueFactory = _ => 200 };
        var epochs = new Option<int?>("--epochs") { Description = "Epochs of each training, instead of steps." };
        var seeds = new Option<int>("--seeds") { Description = "Seeds that each set of weights is trained with.", DefaultValueFactory = _ => 3 };
        var rounds = new Option<int>("--rounds") { Description = "How often a proposal is tried and mended at the most.", DefaultValueFactory = _ => 3 };
        var write = new Option<bool>("--write") { Description = "Put the weights into the config; comments and order stay." };
        var html = PageOption.Make();
        var command = new ToolCommand("calibrate", "Trains briefly, shows how large each output's loss and gradient are before any weight, and proposes weights.",
            details: """
                The proposal is trained, too: what it leads to is measured, not computed. Weights are scaled so that the total stays as large
                as it was. With --write they come into the config; nothing else of it changes.
                """,
            examples: ["equipoise calibrate equipoise.yaml", "equipoise calibrate equipoise.yaml --rule equal_gradient --epochs 2", "equipoise calibrate equipoise.yaml --shares price=0.5,kind=0.3,tags=0.2 --write"])
            { config, rule, shares, steps, epochs, seeds, rounds, write, html };
        foreach (var option in (Option[])[steps, epochs, seeds, rounds])
        {
            command.Validators.Add(result =>
            {
                if (result.GetResult(option) is { Tokens: [{ Value: var text }] } && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value < 1) result.AddError($"{option.Name} wants a whole number of at least 1.");
            });
        }
        command.Validators.Add(result =>
        {
            if (result.GetValue(shares) is not null && result.GetValue(rule) is { } named and not "shares") result.AddError($"--shares has a rule of its own; leave '--rule {named}' out.");
            if (result.GetValue(shares) is null && result.GetValue(rule) is "shares") result.AddError("--rule shares wants --shares: price=0.5,kind=0.3,tags=0.2.");
        });
        command.SetAction(parsed => Run(shell, parsed.GetRequiredValue(config), parsed.GetValue(write), parsed.GetValue(html), new CalibrationPlan
        {
            Rule = parsed.GetValue(shares) is not null ? CalibrationRule.Shares : parsed.GetValue(rule) is { } name ? Rules.First(r => r.Name == name).Rule : CalibrationRule.EqualContribution,
            Shares = ReadShares(parsed.GetValue(shares)),
            Steps = parsed.GetValue(steps), Epochs = parsed.GetValue(epochs), Seeds = parsed.GetValue(seeds), Rounds = parsed.GetValue(rounds),
        }));
        return command;
    }

    private static Dictionary<string, double> ReadShares(string? text)
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int at = part.LastIndexOf('=');
            if (at < 0 || !double.TryParse(part[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double share) || !(share > 0) || !double.IsFinite(share))
                throw new UsageException($"--shares: '{part}' is no share. Write OUTPUT=NUMBER with a number above 0: price=0.5,kind=0.3.");
            shares[part[..at].Trim()] = share;
        }
        return shares;
    }

    private static int Run(Shell shell, string file, bool write, string? page, CalibrationPlan plan)
    {
        var config = Config.Load(file);
        var data = RunData.Read(config, shell.Cache);
        foreach (string warning in data.Warnings) shell.Warn(warning);
        if (data.Config.Balance.Method is not Balancing.FixedWeights) shell.Warn("The config has a balancer, which moves weights while training. They are calibrated for fixed weights; to the balancer they are where it begins from, or nothing at all.");
        var result = Calibration.Run(data, plan, shell.Say, shell.Cancellation);
        if (write)
        {
            string text = config.Text;
            foreach (var output in result.Outputs) text = ConfigEdit.Set(text, Address(output.Output), Figures.Weight(output.Weight), "--write");
            Config.Read(text, file);                           // what is written can be read
            File.WriteAllText(file, text);
        }
        Envelope.Give(shell, "calibrate", page, () => Json(result, file, write ? file : null), () => Print(shell, result), data.Warnings);
        if (!shell.Json && write) shell.Say($"The weights are in {file} now.");
        else if (!shell.Json) shell.Say("With --write they come into the config.");
        return ExitCodes.Done;
    }

    private static string Address(string output) => $"outputs.{(output.AsSpan().ContainsAny('.', '[') ? $"\"{output}\"" : output)}.weight";

    private static void Print(Shell shell, CalibrationResult result)
    {
        var output = shell.Output;
        output.WriteLine($"Before any weight: raw loss of the best constant prediction, in the first step, and in steps {result.FirstStep} to {result.Steps}; length of its gradient in the shared layers there. {Seeds(result)}.");
        output.WriteLine();
        var losses = new TextTable("output", "constant", "first step", "raw loss", "gradient") { Right = { 1, 2, 3, 4 } };
        foreach (var o in result.Outputs) losses.Add(o.Output, Number(o.Trivial), Number(o.Start), Number(o.Before.RawLoss), Number(o.Before.Gradient));
        losses.Write(output);
        output.WriteLine();
        output.WriteLine($"Weights by {Rules.First(r => r.Rule == result.Rule).Name}: {Rules.First(r => r.Rule == result.Rule).Meaning}. Both sides are measured; {(result.Rounds == 1 ? "the proposal was tried once" : $"the proposal was tried and mended {result.Rounds} times")}.");
        output.WriteLine();
        var weights = new TextTable("output", "weight", "contribution", "share", "proposed", "by seed", "raw loss then", "contribution then", "share then") { Right = { 1, 2, 3, 4, 5, 6, 7, 8 } };
        foreach (var o in result.Outputs)
        {
            weights.Add(o.Output, Figures.Weight(o.Before.Weight), Number(o.Before.Contribution), Figures.Percent(o.Before.Share),
                Figures.Weight(o.Weight), $"{Figures.Weight(o.Low)} to {Figures.Weight(o.High)}", Number(o.After.RawLoss), Number(o.After.Contribution), Figures.Percent(o.After.Share));
        }
        double before = result.Outputs.Sum(o => o.Before.Contribution) + result.PenaltiesBefore, after = result.Outputs.Sum(o => o.After.Contribution) + result.PenaltiesAfter;
        if (result.PenaltiesBefore != 0) weights.Add("penalties", "", Number(result.PenaltiesBefore), Figures.Percent(result.PenaltiesBefore / before), "", "", "", Number(result.PenaltiesAfter), Figures.Percent(result.PenaltiesAfter / after));
        weights.Add("total", "", Number(before), "", "", "", "", Number(after), "");
        weights.Write(output);
        output.WriteLine();
        output.WriteLine($"Largest contribution by smallest: {Number(result.RatioBefore)} before, {Number(result.RatioAfter)} after; largest weight × gradient by smallest: {Number(result.PullBefore)} before, {Number(result.PullAfter)} after. {Figures.Time(TimeSpan.FromSeconds(result.Seconds))} of training.");
        if (result.Unlearned is { Count: > 0 } unlearned)
        {
            output.WriteLine($"{string.Join(", ", unlearned)}: next to nothing is learned in {result.Steps} steps, the raw loss is that of the best constant prediction or higher. More --steps may give other weights.");
        }
        output.WriteLine();
        if (result.Effects.Count == 0) output.WriteLine("There is no validation part with labels and metrics, so the effect on metrics is not known.");
        else PrintEffects(output, result);
    }

    private static void PrintEffects(TextWriter output, CalibrationResult result)
    {
        bool several = result.Seeds.Count > 1;
        output.WriteLine($"Metrics on the validation part after {result.Steps} steps, with the weights of the config and with those proposed{(several ? ", the same seeds: after − before with 95 % over the seeds" : ". One seed does not say what is chance")}.");
        output.WriteLine();
        var effects = new TextTable("metric", "better", "before", "after", "after − before", "interval", "") { Right = { 2, 3, 4, 5 } };
        foreach (var e in result.Effects)
        {
            effects.Add($"{e.Output}.{e.Metric}", e.HigherIsBetter ? "higher" : "lower", Number(e.Before), Number(e.After), Number(e.Difference.Mean),
                several ? $"[{Number(e.Difference.Low)}, {Number(e.Difference.High)}]" : "", e.Direction switch { 1 => "better", -1 => "worse", _ => several ? "no difference beyond chance" : "" });
        }
        effects.Write(output);
    }

    private static JsonObject Json(CalibrationResult result, string file, string? written) => new()
    {
        ["config"] = file,
        ["rule"] = Rules.First(r => r.Rule == result.Rule).Name,
        ["seeds"] = new JsonArray([.. result.Seeds.Select(s => (JsonNode)s)]),
        ["first_step"] = result.FirstStep,
        ["steps"] = result.Steps,
        ["rounds"] = result.Rounds,
        ["seconds"] = Math.Round(result.Seconds, 3),
        ["ratio_before"] = RunJson.Number(result.RatioBefore),
        ["ratio_after"] = RunJson.Number(result.RatioAfter),
        ["pull_before"] = RunJson.Number(result.PullBefore),
        ["pull_after"] = RunJson.Number(result.PullAfter),
        ["penalties_before"] = RunJson.Number(result.PenaltiesBefore),
        ["penalties_after"] = RunJson.Number(result.PenaltiesAfter),
        ["unlearned"] = new JsonArray([.. result.Unlearned.Select(o => (JsonNode)o)]),
        ["written"] = written,
        ["metrics"] = new JsonArray([.. result.Effects.Select(e => (JsonNode)new JsonObject
        {
            ["output"] = e.Output, ["metric"] = e.Metric, ["higher_is_better"] = e.HigherIsBetter, ["before"] = RunJson.Number(e.Before), ["after"] = RunJson.Number(e.After),
            ["difference"] = RunJson.Number(e.Difference.Mean), ["low"] = RunJson.Number(e.Difference.Low), ["high"] = RunJson.Number(e.Difference.High),
            ["verdict"] = e.Direction switch { 1 => "better", -1 => "worse", _ => "unclear" },
        })]),
        ["outputs"] = new JsonObject([.. result.Outputs.Select(o => KeyValuePair.Create(o.Output, (JsonNode?)new JsonObject
        {
            ["constant"] = RunJson.Number(o.Trivial), ["first_step"] = RunJson.Number(o.Start),
            ["weight"] = RunJson.Number(o.Weight), ["weight_low"] = RunJson.Number(o.Low), ["weight_high"] = RunJson.Number(o.High),
            ["before"] = Json(o.Before), ["after"] = Json(o.After),
        }))]),
    };

    private static JsonObject Json(OutputMeasure measure) => new()
    {
        ["raw"] = RunJson.Number(measure.RawLoss), ["weight"] = RunJson.Number(measure.Weight), ["contribution"] = RunJson.Number(measure.Contribution),
        ["share"] = RunJson.Number(measure.Share), ["gradient"] = RunJson.Number(measure.Gradient),
    };

    private static string Seeds(CalibrationResult result) => result.Seeds.Count == 1 ? "One seed" : $"Means of {result.Seeds.Count} seeds";

    private static string Number(double value) => double.IsNaN(value) ? "-" : Figures.FourDigits(value);
}
