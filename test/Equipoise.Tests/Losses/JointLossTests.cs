using Equipoise.Catalogs;
using Equipoise.Engine.Randomness;
using Equipoise.Losses;

namespace Equipoise.Tests.Losses;

/// <summary>What every loss over several outputs must keep to, and known values, by hand.</summary>
public sealed class JointLossTests
{
    private const double Tolerance = 1e-6;

    public static IEnumerable<JointLoss> Losses() =>
    [
        .. JointLossCatalog.Catalog.Entries.Select(e => e.Default),
        new Agreement(3), new Divergence(Independent: true), new Divergence(DivergenceTowards.First), new Divergence(DivergenceTowards.First, Independent: true),
        new LinearConstraint(0.4, ConstraintSense.AtMost, 2) { Coefficients = [1, -0.5, 2] }, new LinearConstraint(2, ConstraintSense.AtLeast), new SumError(0.5) { Coefficients = [1, -1, 0.3] },
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var loss in Losses())
                foreach (int width in (int[])[1, 2, 8, 33]) data.Add(loss.ToString(), width);
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Slopes_agree_with_finite_differences(string name, int width)
    {
        var loss = Losses().First(l => l.ToString() == name);
        var row = new Row(3, width);
        var (_, slopes) = row.Run(loss);
        const float step = 2e-3f;
        for (int i = 0; i < row.Predictions.Length; i++)
        {
            // The first output of a teacher is a constant, whatever its value would do.
            if (loss is Divergence { Towards: DivergenceTowards.First } && i < width)
            {
                Assert.Equal(0, slopes[i]);
                continue;
            }
            float centre = row.Predictions[i];
            // Richardson's extrapolation: the error of third order cancels.
            double wanted = ((4 * Difference(step / 2)) - Difference(step)) / 3;

            double Difference(float by)
            {
                float above = centre + by, below = centre - by;
                row.Predictions[i] = above;
                double high = row.Run(loss).Value;
                row.Predictions[i] = below;
                double low = row.Run(loss).Value;
                row.Predictions[i] = centre;
                return (high - low) / ((double)above - below);
            }

            Assert.True(Math.Abs(slopes[i] - wanted) <= 1e-3 * Math.Max(1, Math.Abs(wanted)), $"{name}, width {width}, number {i}: slope {slopes[i]}, differences {wanted}");
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Extreme_predictions_give_no_exception_and_nothing_that_is_no_number_but_by_overflow(string name, int width)
    {
        var loss = Losses().First(l => l.ToString() == name);
        foreach (float extreme in (float[])[0, 1, 1e-30f, 1e15f, -1e15f])
        {
            var row = new Row(3, width);
            row.Predictions.AsSpan(0, width).Fill(extreme);
            var (value, slopes) = row.Run(loss);
            Assert.True(float.IsFinite(value), $"{name} at {extreme}: {value}");
            Assert.All(slopes, s => Assert.True(float.IsFinite(s), $"{name} at {extreme}: slope {s}"));
        }
        var nan = new Row(3, width);
        nan.Predictions[^1] = float.NaN;
        Assert.True(float.IsNaN(nan.Run(loss).Value), $"{name} hides what is no number.");
    }

    [Fact]
    public void Settings_survive_writing_and_reading() => Assert.All(Losses(), loss =>
    {
        var problems = new Problems();
        Assert.Equal(loss, JointLossCatalog.Catalog.Read(JointLossCatalog.Catalog.Write(loss), "loss", problems));
        Assert.Empty(problems.All);
    });

    [Fact]
    public void Outputs_that_agree_cost_nothing()
    {
        var row = new Row(3, 4);
        for (int k = 1; k < 3; k++) row.Predictions.AsSpan(0, 4).CopyTo(row.Predictions.AsSpan(4 * k));
        foreach (var loss in (JointLoss[])[new Agreement(), new Divergence(), new Divergence(DivergenceTowards.First), new Divergence(Independent: true)]) Assert.Equal(0, row.Run(loss).Value, Tolerance);
    }

    [Fact]
    public void Agreement_is_the_mean_over_pairs_and_numbers_of_squared_differences()
    {
        // Pairs (1, 3), (1, 2), (3, 2) and (0, 4), (0, 2), (4, 2): (4 + 1 + 1 + 16 + 4 + 4) / 6; at a scale of 2 a quarter.
        Assert.Equal(5, new Row([[1, 0], [3, 4], [2, 2]]).Run(new Agreement()).Value, Tolerance);
        Assert.Equal(1.25, new Row([[1, 0], [3, 4], [2, 2]]).Run(new Agreement(2)).Value, Tolerance);
    }

    [Fact]
    public void Divergence_is_that_of_Kullback_and_Leibler()
    {
        double there = (0.5 * Math.Log(0.5 / 0.9)) + (0.5 * Math.Log(0.5 / 0.1)), back = (0.9 * Math.Log(0.9 / 0.5)) + (0.1 * Math.Log(0.1 / 0.5));
        Assert.Equal((there + back) / 2, new Row([[0.5f, 0.5f], [0.9f, 0.1f]]).Run(new Divergence()).Value, Tolerance);
        Assert.Equal(there, new Row([[0.5f, 0.5f], [0.9f, 0.1f]]).Run(new Divergence(DivergenceTowards.First)).Value, Tolerance);
        // A single yes or no is two classes.
        Assert.Equal(there, new Row([[0.5f], [0.9f]]).Run(new Divergence(DivergenceTowards.First)).Value, Tolerance);
    }

    [Fact]
    public void A_constraint_that_holds_costs_nothing_and_one_that_is_broken_its_square()
    {
        Assert.Equal(0, new Row([[6], [4], [2]]).Run(new LinearConstraint()).Value);
        Assert.Equal(9, new Row([[9], [4], [2]]).Run(new LinearConstraint()).Value);
        var atMost = new LinearConstraint(0, ConstraintSense.AtMost) { Coefficients = [1, -1] };
        Assert.Equal(0, new Row([[1], [3]]).Run(atMost).Value);
        Assert.Equal(4, new Row([[3], [1]]).Run(atMost).Value);
        Assert.Equal(4, new Row([[1], [3]]).Run(atMost with { Sense = ConstraintSense.AtLeast }).Value);
    }

    [Fact]
    public void Errors_of_a_sum_may_make_up_for_one_another()
    {
        Assert.Equal(0, new Row([[5], [3]], [[4], [4]]).Run(new SumError()).Value);
        Assert.Equal(4, new Row([[5], [5]], [[4], [4]]).Run(new SumError()).Value);
        // The index of a class is read as 0 and 1: errors (0.2 + 0.5) and (−0.2 − 0.5).
        Assert.Equal(0.49, new Row([[0.2f, 0.8f], [0.5f, 0.5f]], [[1], [1]]).Run(new SumError()).Value, Tolerance);
    }

    [Theory]
    [InlineData("one width", 2, 3)]
    [InlineData("at least 2", 2)]
    public void Outputs_that_do_not_fit_are_refused(string message, params int[] widths)
    {
        foreach (var entry in JointLossCatalog.Catalog.Entries) Assert.Contains(message, Assert.Throws<ArgumentException>(() => entry.Default.Check(widths)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Coefficients_are_one_for_each_output()
        => Assert.Contains("3 coefficients", Assert.Throws<ArgumentException>(() => new LinearConstraint { Coefficients = [1, 1, 1] }.Check([1, 1])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_allocates_nothing()
    {
        var row = new Row(3, 8);
        foreach (var loss in Losses())
        {
            row.Run(loss);
            long before = GC.GetAllocatedBytesForCurrentThread();
            row.Evaluate(loss);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private sealed class Row
    {
        private readonly float[] _targets, _slopes;
        private readonly int[] _places, _targetPlaces;

        // Probabilities of outputs that share one among their classes, so that they suit every loss.
        public Row(int outputs, int width)
        {
            var random = new RandomStream(11);
            float[][] rows = [.. Enumerable.Range(0, outputs).Select(k => Enumerable.Range(0, width).Select(i => 0.2f + (float)random.Uniform((ulong)((100 * k) + i))).ToArray())];
            foreach (float[] row in rows)
            {
                float sum = width == 1 ? 2 : row.Sum();
                for (int i = 0; i < width; i++) row[i] /= sum;
            }
            (Predictions, _places) = Flat(rows);
            (_targets, _targetPlaces) = Flat([.. rows.Reverse()]);
            _slopes = new float[Predictions.Length];
        }

        public Row(float[][] predictions, float[][]? targets = null)
        {
            (Predictions, _places) = Flat(predictions);
            (_targets, _targetPlaces) = Flat(targets ?? predictions);
            _slopes = new float[Predictions.Length];
        }

        public float[] Predictions { get; }

        public (float Value, float[] Slopes) Run(JointLoss loss)
        {
            float value = Evaluate(loss);
            return (value, [.. _slopes]);
        }

        public float Evaluate(JointLoss loss)
        {
            Array.Clear(_slopes);
            return loss.Evaluate(new JointRow(Predictions, _targets, _slopes, _places, _targetPlaces));
        }

        private static (float[] All, int[] Places) Flat(float[][] rows) => ([.. rows.SelectMany(r => r)], [.. Enumerable.Range(0, rows.Length + 1).Select(k => rows.Take(k).Sum(r => r.Length))]);
    }
}
