using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Tests.Execution;

public sealed class TwoPhaseTrainingTests
{
    private const int Rows = 11;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Backward_on_its_own_gives_the_gradient_of_training_in_one_go(int workers)
    {
        float[] together = Gradient(Mode.Training, workers, seedsLater: false);
        Assert.Contains(together, g => g != 0);
        Assert.Equal(together, Gradient(Mode.TwoPhaseTraining, workers, seedsLater: false));
        Assert.Equal(together, Gradient(Mode.TwoPhaseTraining, workers, seedsLater: true));
    }

    [Fact]
    public void Seeds_of_zero_for_one_output_leave_the_gradient_of_the_other()
    {
        float[] both = Gradient(Mode.Training, 1, false), first = Gradient(Mode.Training, 1, false, 1, 0), second = Gradient(Mode.Training, 1, false, 0, 1);
        for (int i = 0; i < both.Length; i++) Assert.Equal(both[i], first[i] + second[i], 1e-4);
    }

    private static float[] Gradient(Mode mode, int workers, bool seedsLater, params float[] scales)
    {
        if (scales.Length == 0) scales = [1, 1];
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(4)));
        var trunk = graph.Add("trunk", new Affine(Kernel("trunk", 4, 40), null), x);
        var first = graph.Add("first", new Affine(Kernel("first", 40, 33), null), trunk);
        var second = graph.Add("second", new Affine(Kernel("second", 33, 3), null), first);       // an output that feeds another
        var plan = graph.Compile([first, second], mode);
        var store = new ParameterStore(plan, 3);
        using var team = new WorkerTeam(workers);
        using var executor = new Executor(plan, store, new ExecutorOptions(Rows, team));
        var caller = new Caller(scales, seedsLater);
        // Twice, so that buffers hold what another run left.
        for (int run = 0; run < 2; run++)
        {
            executor.Run(Rows, 0, caller);
            if (mode != Mode.TwoPhaseTraining) continue;
            if (seedsLater)
            {
                for (int k = 0; k < 2; k++)
                {
                    var seed = executor.SeedOf(k);
                    for (int i = 0; i < seed.Length; i++) seed[i] = Caller.Seed(k, i) * scales[k];
                }
            }
            executor.Backward();
        }
        return [.. store.Gradient];
    }

    private static Parameter Kernel(string name, int inner, int columns) => new(name, new Shape(inner, columns), (values, random) =>
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)random.Uniform((ulong)i) - 0.5f;
    });

    private sealed class Caller(float[] scales, bool seedsLater) : IRowWork
    {
        public static float Seed(int output, int i) => MathF.Sin((output * 100) + i);

        public void Load(in RowBlock block)
        {
            var numbers = block.Numbers(0);
            for (int i = 0; i < numbers.Length; i++) numbers[i] = MathF.Cos((block.FirstRow * 4) + i);
        }

        public void Evaluate(in RowBlock block)
        {
            if (seedsLater) return;
            for (int k = 0; k < 2; k++)
            {
                var seed = block.Seed(k);
                int size = seed.Length / block.Rows;
                for (int i = 0; i < seed.Length; i++) seed[i] = Seed(k, (block.FirstRow * size) + i) * scales[k];
            }
        }
    }
}
