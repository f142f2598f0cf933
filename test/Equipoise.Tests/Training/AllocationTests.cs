using Equipoise.Balancing;
using Equipoise.Constraints;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Bytes of the whole process are counted, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AloneCollection;

[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    public static TheoryData<string> Samples => [.. TrainingSamples.Names];

    [Theory, MemberData(nameof(Samples))]
    public void A_step_allocates_nothing(string sample)
    {
        using var trainer = TrainingSamples.Model(sample).Compile(TrainingSamples.Options(3));
        var meter = new Meter();
        trainer.Fit(TrainingSamples.Data(sample, 640), new FitOptions { Epochs = 2, BatchSize = 16, Callbacks = [meter] });

        Assert.Equal(2 * 39, meter.Steps);
        meter.AssertNothing();
    }

    public static TheoryData<string> Methods => [.. BalancerCatalog.Catalog.Entries.Select(e => e.Name)];

    [Theory, MemberData(nameof(Methods))]
    public void A_balanced_step_allocates_nothing(string method)
    {
        var options = TrainingSamples.Options(3);
        using var trainer = TrainingSamples.Model("penalised").Compile(new CompileOptions
        {
            Optimizer = options.Optimizer,
            Outputs = options.Outputs,
            Workers = 3,
            Balancer = BalancerCatalog.Catalog.Entries.Single(e => e.Name == method).Default,
            Diagnose = 4,
        });
        var meter = new Meter();
        trainer.Fit(TrainingSamples.Data("penalised", 480), new FitOptions { Epochs = 2, BatchSize = 16, Callbacks = [meter] });
        meter.AssertNothing();
    }

    [Fact]
    public void Neither_does_one_with_losses_over_rows_and_batches_attention_and_constraints()
    {
        const int rows = 320, frames = 6;
        var random = new RandomStream(8);
        float[] x = [.. Enumerable.Range(0, rows * frames * 4).Select(i => (float)random.Normal((ulong)i))];
        float[] text = [.. Enumerable.Range(0, rows * 3).Select(i => (float)random.Derive(1).Below((ulong)i, 3))];
        for (int r = 0; r < rows; r++) text.AsSpan(r * 3, 3).Sort((a, b) => b.CompareTo(a));             // padding, class 0, stands at the end
        var input = Input.Numbers("x", frames, 4);
        var features = new Dense(8) { KernelConstraint = new MaxNorm(), BiasConstraint = new NonNegative() }.Apply(input).MultiHeadAttention(2, 4);
        var model = new Model([input], [features.Dense(3).Named("text"), features.GlobalAveragePooling1D().Dense(2).Named("place")], 1);
        var data = new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, frames, 4) },
            new Dictionary<string, TargetColumn> { ["text"] = new(text, [3]), ["place"] = new(Enumerable.Range(0, rows).Select(r => r % 3).ToArray()) });
        using var trainer = model.Compile(new CompileOptions { Workers = 2, Outputs = { ["text"] = new Output(new Ctc()), ["place"] = new Output(new Triplet(), 0.5) } });
        var meter = new Meter();
        trainer.Fit(data, new FitOptions { Epochs = 2, BatchSize = 16, Callbacks = [meter] });
        meter.AssertNothing();
    }

    [Fact]
    public void Nor_one_with_several_losses_gathered_gradients_averages_and_a_frozen_head()
    {
        var options = TrainingSamples.Options(3, new Adam(0.01) { AccumulationSteps = 3, AverageMomentum = 0.9, ClipNorm = 1 });
        options.Outputs["number"] = options.Outputs["number"] with { Loss = new CombinedLoss(new NamedLoss("level", new MeanSquaredError()), new NamedLoss("tail", new LogCosh(), 0.1)) };
        using var trainer = TrainingSamples.Model("penalised").Compile(options);
        trainer.Freeze("kind");
        var meter = new Meter();
        trainer.Fit(TrainingSamples.Data("penalised", 480), new FitOptions { Epochs = 2, BatchSize = 16, Callbacks = [meter, new TimeLimit(TimeSpan.FromHours(1))] });
        meter.AssertNothing();
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    public void Nor_one_that_updates_rows_of_wide_tables(string name)
    {
        var optimizer = OptimizerCatalog.Catalog.Find(name).Default with { GlobalClipNorm = 1 };
        using var trainer = UpdateWorkTests.Model().Compile(UpdateWorkTests.Options(optimizer, 3));
        var meter = new Meter();
        trainer.Fit(UpdateWorkTests.Data(), new FitOptions { Epochs = 4, BatchSize = 5, Callbacks = [meter] });
        meter.AssertNothing();
    }

    [Fact]
    public void Nor_one_that_updates_large_kernels_as_soon_as_their_gradient_is_there()
    {
        using var trainer = LargeKernelTests.Model().Compile(LargeKernelTests.Options(new Adam(), 3));
        var meter = new Meter();
        trainer.Fit(LargeKernelTests.Data(), new FitOptions { Epochs = 4, BatchSize = 10, Callbacks = [meter] });
        meter.AssertNothing();
    }

    [Fact]
    public void Nor_one_with_losses_over_several_outputs()
    {
        var options = TrainingSamples.Options(3);
        using var trainer = TrainingSamples.Model("dense").Compile(new CompileOptions
        {
            Optimizer = options.Optimizer,
            Outputs = options.Outputs,
            Workers = 3,
            JointLosses = [new JointTerm("own", ["number", "kind"], new JointFunction(static (in row) => row.Slope(0)[0] = row.Prediction(0)[0] * row.Prediction(1)[0], LooksAtLabels: true))],
        });
        var meter = new Meter();
        trainer.Fit(TrainingSamples.Data("dense", 640), new FitOptions { Epochs = 2, BatchSize = 16, Callbacks = [meter] });
        meter.AssertNothing();
    }

    private sealed class Meter : Callback
    {
        private readonly List<long> _ofThread = new(1000), _ofProcess = new(1000);
        private long _thread, _process;
        private int _collections;

        public int Steps { get; private set; }

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            long thread = GC.GetAllocatedBytesForCurrentThread(), process = GC.GetTotalAllocatedBytes(precise: true);
            if (step > 1)
            {
                Steps++;
                // A collection, which any thread of the process may cause, charges this thread with the rest of the memory that it had at hand: such a step tells nothing of the thread.
                if (GC.CollectionCount(0) == _collections) _ofThread.Add(Steps > 5 ? thread - _thread : 0);
                _ofProcess.Add(process - _process);
            }
            _collections = GC.CollectionCount(0);
            _thread = GC.GetAllocatedBytesForCurrentThread();
            _process = GC.GetTotalAllocatedBytes(precise: true);
        }

        // The first steps of all make panels, lists grow to their size; from then on nothing.
        public void AssertNothing()
        {
            Assert.InRange(_ofThread.Count, Steps / 2, Steps);
            Assert.All(_ofThread, b => Assert.Equal(0, b));
            // Other threads of the process (the test host's) may allocate, on a busy machine in many steps; what workers allocate they would in every step.
            Assert.Equal(0, _ofProcess.Skip(5).Order().ElementAt(_ofProcess.Count / 10));
        }
    }
}
