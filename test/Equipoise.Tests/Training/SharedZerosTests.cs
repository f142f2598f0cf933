using Equipoise.Activations;
using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Gramians and gradients of trunks wide enough, and batches large enough, for zeros that all outputs share to be left out.</summary>
public sealed class SharedZerosTests
{
    private const int Outputs = 10;
    // Sums of 150 rows in single precision, in another order.
    private const double Tolerance = 3e-6;

    private static readonly double[] _weights = [0.4, 1.5, 0, 2, 0.7, 1, 0.3, 0.9, 1.1, 0.6];

    // Rows; width of the input and of the two layers. The first two are wider than the batch, and get the Gramian from its rows.
    public static TheoryData<int, int, int, int> Sizes => new() { { 70, 130, 160, 96 }, { 33, 40, 70, 50 }, { 150, 40, 96, 80 }, { 300, 20, 64, 48 }, { 97, 33, 65, 31 } };

    private sealed record Probe(bool Rows) : BalancerSettings
    {
        public double[] Gramian { get; private set; } = [];

        public List<float[]> Gradients { get; } = [];

        protected override BalancerNeeds Wants => Rows ? BalancerNeeds.Gramian | BalancerNeeds.Gradients : BalancerNeeds.Gramian;

        public override Balancer Start(int tasks) => new Running(this, tasks);

        private sealed class Running(Probe probe, int tasks) : Balancer(probe, tasks)
        {
            protected override bool Solve(in ActiveTasks tasks, Span<double> weights)
            {
                probe.Gramian = tasks.Gramian.ToArray();
                for (int i = 0; i < tasks.Count && probe.Rows; i++) probe.Gradients.Add(tasks.Gradient(i).ToArray());
                for (int i = 0; i < tasks.Count; i++) weights[i] = _weights[tasks.Tasks[i]];
                return true;
            }
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Gramian_is_that_of_the_gradients(int rows, int width, int first, int second)
    {
        foreach (bool relu in new[] { true, false })
        {
            Probe without = new(Rows: false), with = new(Rows: true);
            Gradient(rows, width, first, second, relu, without, 2);
            Gradient(rows, width, first, second, relu, with, 2);
            for (int i = 0; i < Outputs; i++)
            {
                for (int j = 0; j < Outputs; j++)
                {
                    double sum = 0, size = Math.Sqrt(with.Gramian[i * (Outputs + 1)] * with.Gramian[j * (Outputs + 1)]);
                    for (int c = 0; c < with.Gradients[i].Length; c++) sum += (double)with.Gradients[i][c] * with.Gradients[j][c];
                    Assert.Equal(sum, with.Gramian[(i * Outputs) + j], 1e-12 * size);
                    Assert.Equal(sum, without.Gramian[(i * Outputs) + j], Tolerance * size);
                    Assert.Equal(without.Gramian[(j * Outputs) + i], without.Gramian[(i * Outputs) + j]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void What_is_put_together_is_the_gradient_of_the_weighted_losses(int rows, int width, int first, int second)
    {
        float[] wanted = Gradient(rows, width, first, second, relu: true, new FixedWeights(), 2, _weights);
        foreach (bool gradients in new[] { true, false })
        {
            float[] found = Gradient(rows, width, first, second, relu: true, new Probe(gradients), 2);
            double size = wanted.Max(Math.Abs);
            for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], found[i], Tolerance * size);
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Bits_do_not_depend_on_the_number_of_workers(int rows, int width, int first, int second)
    {
        foreach (bool gradients in new[] { true, false })
        {
            Probe one = new(gradients), five = new(gradients);
            Assert.Equal(Gradient(rows, width, first, second, relu: true, one, 1), Gradient(rows, width, first, second, relu: true, five, 5));
            Assert.Equal(one.Gramian, five.Gramian);
        }
    }

    // After one step of all rows. The last two outputs do not reach the second layer.
    private static float[] Gradient(int rows, int width, int first, int second, bool relu, BalancerSettings balancer, int workers, double[]? weights = null)
    {
        var random = new Random(5);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var x = Input.Numbers("x", width);
        Activation activation = relu ? new Relu() : new Tanh();
        var low = x.Dense(first, activation);
        var high = low.Dense(second, activation);
        var model = new Model([x], [.. Enumerable.Range(0, Outputs).Select(k => (k < Outputs - 2 ? high : low).Dense(1 + (k % 3)).Named($"y{k}"))], seed: 2);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(Numbers(rows * width), width) },
            Enumerable.Range(0, Outputs).ToDictionary(k => $"y{k}", k => new TargetColumn(Numbers(rows * (1 + (k % 3))), [1 + (k % 3)])));
        using var trainer = model.Compile(new CompileOptions
        {
            // With a norm to measure all of the gradient is put together in the store.
            Optimizer = new Sgd(0.01) { GlobalClipNorm = 1e30 },
            Outputs = Enumerable.Range(0, Outputs).ToDictionary(k => $"y{k}", k => new Output(new MeanSquaredError(), weights?[k] ?? 1)),
            Balancer = balancer,
            Workers = workers,
        });
        trainer.Fit(data, new FitOptions { BatchSize = rows });
        return [.. model.Store.Gradient];
    }
}
