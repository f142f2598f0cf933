namespace Equipoise.Balancing.Tests;

/// <summary>Methods with a memory against their formulas, written out a second time in the plainest way.</summary>
public sealed class RecurrenceTests
{
    private const double Single = 2e-6;                        // gradients and directions go through float
    private static readonly double[][][] Gradients = [.. Enumerable.Range(0, 6).Select(step => Harness.Rows(step + 40, 3, 5))];
    private static readonly double[][] Losses = [[1, 2, 0.5], [0.9, 1.8, 0.52], [0.7, 1.9, 0.4], [0.6, 1.5, 0.45], [0.65, 1.2, 0.3], [0.5, 1.1, 0.31]];

    [Fact]
    public void MoCo_follows_its_recurrence()
    {
        var balancer = new MoCo(0.6, 0.4, 0.2, 0.3, 0.05).Start(3);
        double[][] y = [new double[5], new double[5], new double[5]];
        double[] lambda = [1 / 3.0, 1 / 3.0, 1 / 3.0];
        for (int t = 1; t <= 6; t++)
        {
            var rows = Gradients[t - 1];
            for (int k = 0; k < 3; k++)
            {
                double scale = Losses[t - 1][k] / (Harness.Norm(rows[k]) + 1e-8), step = 0.6 * Math.Pow(t, -0.4);
                for (int c = 0; c < 5; c++) y[k][c] -= step * (y[k][c] - (scale * rows[k][c]));
            }

            double[] gramian = Harness.Gramian(y);
            double[] moved = [.. Enumerable.Range(0, 3).Select(i => Math.Exp(lambda[i] - (0.2 * Math.Pow(t, -0.3) * (Enumerable.Range(0, 3).Sum(j => gramian[(i * 3) + j] * lambda[j]) + (0.05 * lambda[i])))))];
            lambda = [.. moved.Select(v => v / moved.Sum())];
            var direction = new float[5];
            Near(lambda, Harness.Weigh(balancer, rows, Losses[t - 1], direction: direction));
            Near(Harness.Combine(lambda, y), [.. direction.Select(v => (double)v)]);
        }
    }

    [Theory, InlineData(0.9, 0), InlineData(0.5, 0.5), InlineData(0, 0)]
    public void DB_MTL_follows_its_recurrence(double beta, double decay)
    {
        var balancer = new DbMtl(beta, decay).Start(3);
        double[][] b = [new double[5], new double[5], new double[5]];
        for (int t = 1; t <= 6; t++)
        {
            for (int k = 0; k < 3; k++)
            {
                for (int c = 0; c < 5; c++)
                {
                    double now = Gradients[t - 1][k][c] / (Losses[t - 1][k] + 1e-8);
                    b[k][c] = now + (beta * Math.Pow(t, -decay) * (b[k][c] - now));
                }
            }

            double longest = b.Max(Harness.Norm);
            var direction = new float[5];
            double[] weights = Harness.Weigh(balancer, Gradients[t - 1], Losses[t - 1], direction: direction);
            Near([.. Losses[t - 1].Select(loss => 1 / (loss + 1e-8))], weights);
            Near(Harness.Combine([.. b.Select(row => longest / (Harness.Norm(row) + 1e-8))], b), [.. direction.Select(v => (double)v)]);
        }
    }

    [Fact]
    public void ExcessMTL_follows_its_recurrence()
    {
        var balancer = new ExcessMtl(0.3).Start(3);
        double[][] squares = [new double[5], new double[5], new double[5]];
        double[] w = [1, 1, 1], first = new double[3];
        for (int t = 1; t <= 6; t++)
        {
            for (int k = 0; k < 3; k++)
            {
                double excess = 0;
                for (int c = 0; c < 5; c++)
                {
                    double g = Gradients[t - 1][k][c];
                    squares[k][c] += g * g;
                    excess += g * g / Math.Sqrt(squares[k][c] + 1e-7);
                }

                if (t == 1) first[k] = excess;
                else w[k] *= Math.Exp(0.3 * excess / (first[k] + 1e-7));
            }

            w = [.. w.Select(v => v * 3 / w.Sum())];
            Near(w, Harness.Weigh(balancer, Gradients[t - 1]));
        }
    }

    [Fact]
    public void GradNorm_follows_the_paper()
    {
        var balancer = new GradNorm(1.5, 0.02) { AbsoluteStep = true }.Start(3);
        double[] w = [1, 1, 1];
        for (int t = 0; t < 6; t++)
        {
            Near(w, Harness.Weigh(balancer, Gradients[t], Losses[t]), 1e-10);
            double[] norms = [.. Gradients[t].Select(Harness.Norm)], ratio = [.. Losses[t].Zip(Losses[0], (now, then) => now / then)];
            double mean = norms.Zip(w, (n, v) => n * v).Average();
            w = [.. w.Select((v, k) => v - (0.02 * norms[k] * Math.Sign((v * norms[k]) - (mean * Math.Pow(ratio[k] / ratio.Average(), 1.5)))))];
            w = [.. w.Select(v => v * 3 / w.Sum())];
        }
    }

    [Theory, InlineData(0), InlineData(1e-3)]
    public void FAMO_follows_its_recurrence(double decay)
    {
        double[] bounds = [-1, 0.1, 0], logits = [0, 0, 0], m = new double[3], v = new double[3];
        var balancer = new Famo(0.025, decay) { LowerBounds = bounds }.Start(3);
        for (int t = 1; t < 6; t++)
        {
            double[] exponentials = [.. logits.Select(Math.Exp)], z = [.. exponentials.Select(e => e / exponentials.Sum())];
            double[] gap = [.. Losses[t - 1].Zip(bounds, (loss, bound) => loss - bound + 1e-8)], after = [.. Losses[t].Zip(bounds, (loss, bound) => loss - bound + 1e-8)];
            double c = 1 / z.Zip(gap, (a, d) => a / d).Sum();
            Near([.. z.Zip(gap, (a, d) => c * a / d)], Harness.Weigh(balancer, Gradients[t], Losses[t - 1]), 1e-10);
            Assert.Equal(c * z.Zip(gap, (a, d) => a * Math.Log(d)).Sum(), balancer.Objective, 1e-10);
            balancer.AfterStep(Losses[t]);
            double[] change = [.. gap.Zip(after, (d, e) => Math.Log(d) - Math.Log(e))];
            double mean = z.Zip(change, (a, d) => a * d).Sum();
            for (int k = 0; k < 3; k++)
            {
                double slope = (z[k] * (change[k] - mean)) + (decay * logits[k]);
                m[k] = (0.9 * m[k]) + (0.1 * slope);
                v[k] = (0.999 * v[k]) + (0.001 * slope * slope);
                logits[k] -= 0.025 * (m[k] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[k] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }

            Near(logits, balancer.Save()["logits"], 1e-9);
        }
    }

    [Fact]
    public void Log_Tchebycheff_compares_with_the_warm_up_epoch()
    {
        var balancer = new LogTchebycheff(0.5, WarmupEpochs: 1).Start(3);
        Near([.. Losses[0].Select(loss => 1 / loss)], Harness.Weigh(balancer, Gradients[0], Losses[0]), 1e-12);
        Harness.Weigh(balancer, Gradients[1], Losses[1], epoch: 1);
        Harness.Weigh(balancer, Gradients[2], Losses[2], epoch: 1);
        double[] nadir = [.. Losses[1].Zip(Losses[2], (a, b) => (a + b) / 2)], logs = [.. Losses[3].Zip(nadir, (loss, n) => Math.Log(loss / n))];
        double[] exponentials = [.. logs.Select(l => Math.Exp((l - logs.Max()) / 0.5))];
        Near([.. exponentials.Zip(Losses[3], (e, loss) => 3 * e / exponentials.Sum() / loss)], Harness.Weigh(balancer, Gradients[3], Losses[3], epoch: 2), 1e-12);
        Assert.Equal(3 * 0.5 * Math.Log(exponentials.Sum()), balancer.Objective, 1e-12);
    }

    [Fact]
    public void IMTL_is_impartial_to_the_scaled_losses()
    {
        double[] s = [0.3, -0.7, 1.2];
        double[][] scaled = [.. Gradients[0].Select((row, k) => row.Select(v => v * Math.Exp(s[k])).ToArray())];
        double[] inner = Harness.Weigh(new ImtlGradient().Start(3), scaled), weights = Harness.Weigh(new Imtl { Initials = s }.Start(3), Gradients[0], Losses[0]);
        Near([.. inner.Select((w, k) => w * Math.Exp(s[k]))], weights, 1e-10);
    }

    [Fact]
    public void Loss_scale_makes_all_contributions_alike()
    {
        var balancer = new LossScale(0).Start(3);
        for (int t = 0; t < 3; t++)
        {
            double[] weights = Harness.Weigh(balancer, Gradients[t], Losses[t]), parts = [.. weights.Zip(Losses[t], (w, loss) => w * loss)];
            Assert.Equal(3, weights.Sum(), 1e-12);
            Assert.All(parts, part => Assert.Equal(parts[0], part, 1e-12));
        }
    }

    [Fact]
    public void Initial_losses_are_one()
    {
        var balancer = new InitialLoss(Steps: 2).Start(3);
        Near([1, 0.5, 2], Harness.Weigh(balancer, Gradients[0], Losses[0]), 1e-12);
        double[] wanted = [.. Losses[0].Zip(Losses[1], (a, b) => 2 / (a + b))];
        Near(wanted, Harness.Weigh(balancer, Gradients[1], Losses[1]), 1e-12);
        Near(wanted, Harness.Weigh(balancer, Gradients[2], Losses[2]), 1e-12);
    }

    [Fact]
    public void Classification_form_of_uncertainty_rests_at_the_log_of_twice_the_loss()
    {
        var balancer = new Uncertainty(0.01, Form: UncertaintyForm.Classification).Start(2);
        for (int step = 0; step < 3000; step++) Harness.Weigh(balancer, [[1, 0], [0, 1]], [0.8, 2.5]);
        Near([Math.Log(1.6), Math.Log(5)], balancer.Save()["log_variance"], 1e-3);
    }

    [Fact]
    public void SDMGrad_follows_its_recurrence()
    {
        var balancer = new SdmGrad(0.4, 0.3, 0.6, 5).Start(3);
        double[] w = [1 / 3.0, 1 / 3.0, 1 / 3.0], priorities = [1, 2, 1], preference = [0.25, 0.5, 0.25];
        for (int t = 0; t < 5; t++)
        {
            double[][] other = [.. Gradients[t].Zip(Gradients[t + 1], (row, noise) => row.Zip(noise, (a, b) => a + (0.4 * b)).ToArray())];
            double[] cross = Harness.Gramian(Gradients[t], other), velocity = new double[3];
            double size = Enumerable.Range(0, 3).Average(k => Math.Sqrt(Math.Max(cross[k * 4], 0)));
            for (int inner = 0; inner < 5; inner++)
            {
                double[] mixed = [.. w.Zip(preference, (a, b) => a + (0.4 * b))];
                for (int i = 0; i < 3; i++) velocity[i] = (0.6 * velocity[i]) + (Enumerable.Range(0, 3).Sum(j => cross[(i * 3) + j] * mixed[j]) / (size * size));
                w = Project([.. w.Zip(velocity, (a, v) => a - (0.3 * v))]);
            }

            Near([.. w.Zip(preference, (a, b) => (a + (0.4 * b)) / 1.4)], Harness.Weigh(balancer, Gradients[t], priorities: priorities, other: other), 1e-10);
        }

        // By bisection on what is taken off, not by sorting.
        static double[] Project(double[] x)
        {
            double low = x.Min() - 1, high = x.Max();
            for (int i = 0; i < 200; i++)
            {
                double middle = (low + high) / 2;
                if (x.Sum(v => Math.Max(v - middle, 0)) > 1) low = middle;
                else high = middle;
            }

            return [.. x.Select(v => Math.Max(v - high, 0))];
        }
    }

    private static void Near(double[] wanted, double[] got, double relative = Single)
    {
        double size = wanted.Max(Math.Abs);
        for (int i = 0; i < wanted.Length; i++) Assert.True(Math.Abs(wanted[i] - got[i]) <= relative * size, $"{string.Join(' ', got)}, wanted {string.Join(' ', wanted)}");
    }
}
