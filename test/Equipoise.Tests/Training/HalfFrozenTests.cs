using Equipoise.Activations;
using Equipoise.Balancing;
using Equipoise.Data;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Gradients of each output where only a part of a layer is trained, in batches large enough for zeros that all outputs share to be left out.</summary>
public sealed class HalfFrozenTests
{
    private const int Outputs = 6, Rows = 150, Width = 40, Units = 96;
    // Sums of 150 rows in single precision, in another order.
    private const double Tolerance = 3e-6;

    private sealed record HalfFrozen(int Units, bool FreezesBias) : Layer
    {
        public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        {
            var kernel = builder.Parameter("kernel", new Shape(inputs[0].Shape.Width, Units), new GlorotUniform(), trainable: FreezesBias);
            var bias = builder.Parameter("bias", new Shape(Units), new Zeros(), trainable: !FreezesBias);
            return builder.Activate(builder.Add(new Affine(kernel, bias), inputs[0]), new Relu());
        }
    }

    private sealed record Probe : BalancerSettings
    {
        protected override BalancerNeeds Wants => BalancerNeeds.Gramian | BalancerNeeds.Gradients;

        public override Balancer Start(int tasks) => new Running(this, tasks);

        private sealed class Running(Probe probe, int tasks) : Balancer(probe, tasks)
        {
            protected override bool Solve(in ActiveTasks tasks, Span<double> weights)
            {
                weights.Fill(1);
                return true;
            }
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void What_is_put_together_is_the_gradient_of_the_sum(bool freezesBias)
    {
        float[] wanted = Gradient(freezesBias, new FixedWeights()), found = Gradient(freezesBias, new Probe());
        double size = wanted.Max(Math.Abs);
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], found[i], Tolerance * size);
    }

    // Of what is trained, after one step of all rows.
    private static float[] Gradient(bool freezesBias, BalancerSettings balancer)
    {
        var random = new Random(5);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var x = Input.Numbers("x", Width);
        var low = new HalfFrozen(Units, freezesBias).Apply(x.Dense(64, new Relu()));
        var high = new HalfFrozen(Units, freezesBias).Apply(low);
        var model = new Model([x], [.. Enumerable.Range(0, Outputs).Select(k => high.Dense(1).Named($"y{k}"))], seed: 2);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(Numbers(Rows * Width), Width) },
            Enumerable.Range(0, Outputs).ToDictionary(k => $"y{k}", k => new TargetColumn(Numbers(Rows))));
        using var trainer = model.Compile(new CompileOptions
        {
            Optimizer = new Sgd(0.01),
            Outputs = Enumerable.Range(0, Outputs).ToDictionary(k => $"y{k}", k => new Output(new MeanSquaredError())),
            Balancer = balancer,
            Workers = 2,
        });
        trainer.Fit(data, new FitOptions { BatchSize = Rows });
        return [.. model.Store.Parameters.Where(p => p.Trainable).SelectMany(p => model.Store.GradientOf(p).ToArray())];
    }
}
