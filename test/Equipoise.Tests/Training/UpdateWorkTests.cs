using Equipoise.Balancing;
using Equipoise.Constraints;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Regularizers;
using Equipoise.Schedules;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Training that updates rows of tables alone has the bits of training that updates all rows, which an average of the weights with momentum 0 brings about.</summary>
public sealed class UpdateWorkTests
{
    private const int Rows = 90, Length = 5, Vocabulary = 10_000, Width = 8;

    public static TheoryData<string> Names => [.. OptimizerCatalog.Catalog.Names];

    [Theory, MemberData(nameof(Names))]
    public void Weights_are_the_same_for_every_optimizer_and_number_of_workers(string name)
    {
        var optimizer = OptimizerCatalog.Catalog.Find(name).Default with { LearningRate = new PiecewiseConstantDecay([6, 9], [0.05, 0.02, 0.01]), WeightDecay = 0 };
        float[] want = Weights(optimizer, 2, dense: true);
        Same(want, Weights(optimizer, 1), "with 1 worker");
        Same(want, Weights(optimizer, 2), "with 2 workers");
    }

    public static TheoryData<string> Usages => ["clipped", "clipped by parameter", "loss scale", "balanced", "looked at", "direction", "penalised", "constrained", "frozen", "narrow"];

    [Theory, MemberData(nameof(Usages))]
    public void Weights_are_the_same_whatever_else_looks_at_the_gradient(string usage)
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Adagrad(0.1), new Ftrl(0.1), new Adam(0.01)])
        {
            var used = usage switch
            {
                "clipped" => optimizer with { GlobalClipNorm = 0.1 },
                "clipped by parameter" => optimizer with { ClipNorm = 0.05 },
                "loss scale" => optimizer with { ClipValue = 0.001, LossScale = 4 },
                _ => optimizer,
            };
            float[] want = Weights(used, 2, dense: true, usage);
            Same(want, Weights(used, 1, usage: usage), $"{usage}, {optimizer}");
        }
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("ftrl")]
    public void A_further_fit_goes_on_whatever_happened_to_weights_and_gradients_in_between(string name)
    {
        var optimizer = OptimizerCatalog.Catalog.Find(name).Default with { LearningRate = 0.02 };
        float[] want = Twice(true), have = Twice(false);
        Same(want, have, "after two calls of Fit");

        float[] Twice(bool dense)
        {
            var model = Model();
            using var trainer = model.Compile(Options(dense ? optimizer with { AverageMomentum = 0 } : optimizer, 2));
            trainer.Fit(Data(), new FitOptions { Epochs = 2, BatchSize = 16 });
            foreach (var parameter in model.Parameters) model.SetWeight(parameter.Name, [.. model.GetWeight(parameter.Name).Select(w => w + 0.01f)]);
            model.Store.Gradient.AsSpan().Fill(1);
            model.Store.MarkAllRows();
            trainer.Fit(Data(), new FitOptions { Epochs = 2, BatchSize = 16 });
            return WeightsOf(model);
        }
    }

    private static void Same(float[] want, float[] have, string when)
    {
        Assert.All(want, w => Assert.True(float.IsFinite(w)));
        for (int i = 0; i < want.Length; i++) Assert.True(want[i].Equals(have[i]), $"Weight {i} is {have[i]:R}, not {want[i]:R}, {when}.");
    }

    private static float[] Weights(Optimizer optimizer, int workers, bool dense = false, string usage = "")
    {
        var model = Model(usage);
        if (dense) optimizer = optimizer with { AverageMomentum = 0 };
        if (usage is "balanced" or "direction")
        {
            // Another trainer before it leaves its marks behind.
            using var before = model.Compile(Options(optimizer, workers));
            before.Fit(Data(), new FitOptions { Epochs = 1, BatchSize = 16 });
        }
        using var trainer = model.Compile(Options(optimizer, workers, usage));
        if (usage == "frozen") trainer.Freeze("second");
        var last = new LastStep();
        trainer.Fit(Data(), new FitOptions { Epochs = 2, BatchSize = 16, Callbacks = [last] });
        return last.Weights;
    }

    // The weights themselves, before averages take their place.
    private sealed class LastStep : Callback
    {
        public float[] Weights { get; private set; } = [];

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            if (step == steps) Weights = WeightsOf(trainer.Model);
        }
    }

    private static float[] WeightsOf(Model model) => [.. model.Parameters.SelectMany(p => model.GetWeight(p.Name))];

    // Two tables, one after the other, and small parameters before and behind.
    internal static Model Model(string usage = "")
    {
        int width = usage == "narrow" ? 7 : Width;
        Node words = Input.Tokens("words", Length, Vocabulary), bag = Input.Bag("bag", Vocabulary);
        var looked = new Embedding(width) { Name = "words_table", EmbeddingsRegularizer = usage == "penalised" ? new L2(0.01) : null }.Apply(words).Flatten().Dense(6);
        var summed = new BagOfTokens(width) { Name = "bag_table" }.Apply(bag);
        return new Model([words, bag], [Node.Concatenate(looked, summed).Dense(1).Named("first"), new Dense(1) { KernelConstraint = usage == "constrained" ? new MaxNorm(0.2) : null }.Apply(summed).Named("second")], 1);
    }

    internal static CompileOptions Options(Optimizer optimizer, int workers, string usage = "") => new()
    {
        Optimizer = optimizer,
        Workers = workers,
        Seed = 3,
        Balancer = usage switch { "balanced" => new PCGrad(), "direction" => new GradDrop(), _ => new FixedWeights() },
        Diagnose = usage == "looked at" ? 3 : 0,
        Outputs = { ["first"] = new Output(new MeanSquaredError()), ["second"] = new Output(new MeanAbsoluteError(), 0.5) },
    };

    internal static Dataset Data()
    {
        var random = new RandomStream(5);
        int[] Draw(string purpose, int count) => [.. Enumerable.Range(0, count).Select(i => random.Derive(purpose).Below((ulong)i, i % 3 == 0 ? 50 : Vocabulary))];
        float[] Numbers(string purpose, int count) => [.. Enumerable.Range(0, count).Select(i => (float)random.Derive(purpose).Normal((ulong)i))];
        int[] offsets = [.. Enumerable.Range(0, Rows + 1).Select(r => r * 4)];
        return new Dataset(
            new Dictionary<string, InputColumn> { ["words"] = new IndicesColumn(Draw("words", Rows * Length), Length), ["bag"] = new BagColumn(offsets, Draw("bag", Rows * 4), Numbers("weights", Rows * 4), Vocabulary) },
            new Dictionary<string, TargetColumn> { ["first"] = new(Numbers("first", Rows), [1]), ["second"] = new(Numbers("second", Rows), [1]) });
    }
}
