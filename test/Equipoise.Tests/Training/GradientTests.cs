using Equipoise.Engine.Randomness;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>The step that training takes against differences of the total that evaluation shows.</summary>
public sealed class GradientTests
{
    // A step of 0.01 in float32: rounding of a total near 1 gives some 1e-5, the curvature about as much.
    private const double Step = 0.01, Tolerance = 2e-3;
    private const int Coordinates = 5;

    public static TheoryData<string> Samples => [.. TrainingSamples.Plain];

    [Theory, MemberData(nameof(Samples))]
    public void A_step_goes_down_the_gradient_of_the_total_that_is_shown(string sample) => Check(sample, Divisor.LabelledRows);

    [Theory]
    [InlineData(Divisor.Batch)]
    [InlineData(Divisor.BatchLabelRate)]
    [InlineData(Divisor.SumOfWeights)]
    [InlineData(Divisor.None)]
    public void So_it_does_with_every_divisor(Divisor divisor)
    {
        Check("penalised", divisor);
        Check("masked penalised", divisor);
    }

    private static void Check(string sample, Divisor divisor)
    {
        var model = TrainingSamples.Model(sample);
        var data = TrainingSamples.Data(sample);
        var options = TrainingSamples.Options(2, new Sgd(1.0));
        using var trainer = model.Compile(new CompileOptions { Optimizer = options.Optimizer, Outputs = options.Outputs, Divisor = divisor, Workers = 2 });
        var before = model.Parameters.ToDictionary(p => p.Name, p => model.GetWeight(p.Name));
        double start = trainer.Evaluate(data, data.Rows).Account.Total;
        trainer.Fit(data, new FitOptions { BatchSize = data.Rows, Shuffle = false });
        Assert.Equal(start, trainer.Ledger.Last.Total, 1e-5 * Math.Abs(start));
        var after = model.Parameters.ToDictionary(p => p.Name, p => model.GetWeight(p.Name));
        foreach (var (name, values) in before) model.SetWeight(name, values);

        var random = new RandomStream(1);
        foreach (var (name, values) in before)
        {
            for (int c = 0; c < Math.Min(Coordinates, values.Length); c++)
            {
                int i = random.Derive(name).Below((ulong)c, values.Length);
                double analytic = values[i] - after[name][i], numeric = ((8 * Difference(Step)) - Difference(2 * Step)) / (12 * Step);
                Assert.True(Math.Abs(numeric - analytic) <= Tolerance * Math.Max(1, Math.Abs(numeric)), $"{sample}, {divisor}, {name}[{i}]: the step was {analytic:R}, by differences {numeric:R}");

                double Difference(double step) => At(step) - At(-step);

                double At(double step)
                {
                    float[] moved = [.. values];
                    moved[i] += (float)step;
                    model.SetWeight(name, moved);
                    double total = trainer.Evaluate(data, data.Rows).Account.Total;
                    model.SetWeight(name, values);
                    return total;
                }
            }
        }
    }
}
