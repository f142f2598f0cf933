using System.Text.RegularExpressions;
using Equipoise.Testing.Vectors;

namespace Equipoise.Balancing.Tests;

/// <summary>The C# of the project's README is the bodies of these tests, in their order, and its table names every method once, under what it needs.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = Path.Combine(VectorFile.Folder, "..", "..");

    [Fact]
    public void Ten_lines_work()
    {
        // README: begin
        var settings = new UPGrad();                               // or BalancerCatalog.Catalog.Find("upgrad").Default
        Balancer balancer = settings.Start(tasks: 2);

        // Every step: what the method needs (settings.Needs), and a place for the weights.
        double[] gramian = [18, -22, -22, 38];                     // g₁·g₁, g₁·g₂, g₂·g₁, g₂·g₂ over the shared parameters
        double[] weights = new double[2];
        balancer.Weigh(new BalancerInput { Gramian = gramian, Step = 0 }, weights);
        // weights: 1.1111, 0.7895. Backward of 1.1111 × loss₁ + 0.7895 × loss₂ hurts neither.
        // README: end
        Assert.Equal(1.1111, weights[0], 5e-5);
        Assert.Equal(0.7895, weights[1], 5e-5);
        double[] decrease = new double[2];
        GramianDiagnostics.Decrease(gramian, weights, decrease);
        Assert.All(decrease, value => Assert.True(value >= -1e-12));
    }

    [Fact]
    public void Arrays_of_another_framework_work()
    {
        int tasks = 2, epoch = 0;
        long step = 0;
        float[][] gradients = [[-4, 1, 1], [6, 1, 1]];
        double[] losses = [1, 2], weights = new double[2];
        var balancer = new Mgda().Start(2);
        // README: begin
        double[] gramian = new double[tasks * tasks];
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int c = 0; c < gradients[i].Length; c++) sum += (double)gradients[i][c] * gradients[j][c];
                gramian[i * tasks + j] = gramian[j * tasks + i] = sum;
            }

        balancer.Weigh(new BalancerInput { Losses = losses, Gramian = gramian, Step = step, Epoch = epoch, Seed = 7 }, weights);
        // README: end
        Assert.Equal(0.6, weights[0], 1e-12);
        Assert.Equal(0.4, weights[1], 1e-12);
    }

    [Fact]
    public void Code_in_the_readme_is_the_bodies_of_these_tests()
    {
        string tests = File.ReadAllText(Path.Combine(Root, "test", "Equipoise.Balancing.Tests", "ReadmeTests.cs"));
        string readme = File.ReadAllText(Path.Combine(Root, "src", "Equipoise.Balancing", "README.md"));
        string[] wanted = [.. Body().Matches(tests).Select(m => string.Join('\n', m.Groups[1].Value.Split('\n').Select(line => line.Length >= 8 ? line[8..] : line)).Trim())];
        string[] shown = [.. Block().Matches(readme).Select(m => m.Groups[1].Value.Trim())];
        Assert.Equal(2, wanted.Length);
        Assert.Equal(wanted, shown);
    }

    [Fact]
    public void Table_names_every_method_under_what_it_needs()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "src", "Equipoise.Balancing", "README.md"));
        foreach (var entry in BalancerCatalog.Catalog.Entries)
        {
            var needs = entry.Default.Needs;
            string wanted = (needs & BalancerNeeds.Gradients) != 0 ? "Gradients" : needs.ToString();
            string[] rows = [.. readme.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains($"`{entry.Name}`", StringComparison.Ordinal))];
            Assert.True(rows.Length == 1 && rows[0].StartsWith($"| `{wanted}` |", StringComparison.Ordinal), $"{entry.Name} needs {needs}; the table has: {string.Join('\n', rows)}");
        }
    }

    [GeneratedRegex(@"// README: begin\n(.*?)\n\s*// README: end", RegexOptions.Singleline)]
    private static partial Regex Body();

    [GeneratedRegex(@"```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
