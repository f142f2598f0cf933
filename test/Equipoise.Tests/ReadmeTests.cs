using System.Globalization;
using System.Text.RegularExpressions;
using Equipoise.Activations;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests;

/// <summary>The C# of the README is the body of <see cref="Example"/>, and what it says it prints is what it prints.</summary>
public sealed partial class ReadmeTests
{
    // The README shows four decimals; the last one may differ where a processor rounds otherwise.
    private const double Shown = 2e-4;

    [Fact]
    public void Example_in_the_readme_is_the_body_of_this_test()
    {
        string body = ExampleBody().Match(Repository.Read("test/Equipoise.Tests/ReadmeTests.cs")).Groups[1].Value;
        string wanted = string.Join('\n', body.Split('\n').Select(line => line.Length >= 8 ? line[8..] : line)).Trim();
        string shown = ReadmeBlock().Match(Repository.Read("README.md")).Groups[1].Value.Trim();
        Assert.NotEmpty(wanted);
        Assert.Equal(wanted, shown);
    }

    [Fact]
    public void Example_prints_the_equation_that_the_readme_shows()
    {
        var printed = new StringWriter();
        Example(printed);
        string shown = ReadmeComment().Match(Repository.Read("README.md")).Groups[1].Value;
        double[] wanted = Numbers(shown);
        double[] found = Numbers(printed.ToString());
        Assert.True(wanted.Length == 5 && found.Length == 5, $"The README shows '{shown}', but the example prints '{printed}'.");
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], found[i], Shown);
        Assert.Equal(found[0], (found[1] * found[2]) + (found[3] * found[4]), Shown);
    }

    private static void Example(TextWriter Console)
    {
        // README: begin
        // Four rows of two bits; two answers: their sum (a number), and whether they differ (yes or no; one label is missing).
        var data = new Dataset(
            new Dictionary<string, InputColumn> { ["bits"] = new NumbersColumn(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }) },
            new Dictionary<string, TargetColumn> { ["sum"] = new([0f, 1, 1, 2]), ["differ"] = new([0, 1, float.NaN, 0]) });

        var bits = Input.Numbers("bits", width: 2);
        var shared = bits.Dense(8, new Tanh());
        var model = new Model([bits], [shared.Dense(1).Named("sum"), shared.Dense(1).Named("differ")], seed: 1);

        using var training = model.Compile(new CompileOptions
        {
            Optimizer = new Adam(0.03),
            Outputs = { ["sum"] = new(new MeanSquaredError()), ["differ"] = new(new BinaryCrossentropy(FromLogits: true), Weight: 0.5) },
        });
        History history = training.Fit(data, new FitOptions { Epochs = 60, BatchSize = 4 });
        Console.WriteLine(history.Ledger.Last.Equation());    // 0.0421 = 1 × 0.0018406 + 0.5 × 0.0806
        // README: end
    }

    private static double[] Numbers(string equation) => [.. NumberInText().Matches(equation).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex("// README: begin\n(.*?)\n *// README: end", RegexOptions.Singleline)]
    private static partial Regex ExampleBody();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ReadmeBlock();

    [GeneratedRegex(@"Equation\(\)\); *// (.*)")]
    private static partial Regex ReadmeComment();

    [GeneratedRegex(@"\d+(\.\d+)?(E[-+]\d+)?")]
    private static partial Regex NumberInText();
}
