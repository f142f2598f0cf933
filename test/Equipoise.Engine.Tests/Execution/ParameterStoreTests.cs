using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Tests.Execution;

public sealed class ParameterStoreTests
{
    [Fact]
    public void Slices_cover_every_number_once_and_cut_large_matrices_between_panels()
    {
        var store = new ParameterStore([Make("a", 3), Make("b", 100, 70), Make("c", 5, 2), Make("d"), Make("e", 33, 5000), Make("f", 9000), Make("g", 3, 3, 40, 50), Make("h", 1)], 1);
        int at = 0;
        for (int s = 0; s < store.SliceCount; s++)
        {
            var (start, length) = store.Slice(s);
            Assert.Equal(at, start);
            Assert.True(length > 0);
            at = start + length;
            foreach (var parameter in store.Parameters)
            {
                int inside = start - store.OffsetOf(parameter);
                if (inside > 0 && inside < parameter.Length) Assert.Equal(0, inside % (parameter.Shape.Width * 32));
            }
        }
        Assert.Equal(store.Values.Length, at);
        Assert.True(store.SliceCount > 8);
    }

    [Fact]
    public void Numbers_are_whole_slices_only_from_where_one_begins_to_where_one_ends()
    {
        var store = new ParameterStore([Make("a", 3), Make("b", 100, 70), Make("c", 5, 2), Make("d", 300, 64)], 1);
        for (int first = 0; first < store.SliceCount; first++)
        {
            int start = store.Slice(first).Start;
            for (int last = first; last < store.SliceCount; last++)
            {
                int length = store.Slice(last).Start + store.Slice(last).Length - start;
                Assert.Equal(first, store.FirstOfWholeSlices(start, length));
                Assert.Throws<ArgumentException>(() => store.FirstOfWholeSlices(start, length - 1));
                Assert.Throws<ArgumentException>(() => store.FirstOfWholeSlices(start + 1, length - 1));
            }
        }
        // A large matrix has its slices to itself, each of so many rows.
        Assert.Equal(1, store.FirstOfWholeSlices(store.OffsetOf(store.Parameters[1]), 7000));
        Assert.Equal(2, store.FirstOfWholeSlices(store.OffsetOf(store.Parameters[1]) + (70 * StoreSlice.RowsOf(70)), 70 * StoreSlice.RowsOf(70)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Panels_packed_slice_by_slice_are_those_packed_anew(int workers)
    {
        Assert.Equal(Outputs(workers, sliced: false), Outputs(workers, sliced: true));
    }

    [Fact]
    public void Panels_that_were_out_of_date_before_an_update_are_packed_when_they_are_used()
    {
        // The training plan has packed nothing yet when the update comes.
        float[] fresh = Outputs(1, sliced: false, runFirst: false), sliced = Outputs(1, sliced: true, runFirst: false);
        Assert.Equal(fresh, sliced);
    }

    private static Parameter Make(string name, params int[] shape)
        => new(name, new Shape(shape), (values, random) => { for (int i = 0; i < values.Length; i++) values[i] = (float)(random.Uniform((ulong)i) - 0.5); });

    // Outputs and gradients after all weights were changed, either with a touch or in slices.
    private static float[] Outputs(int workers, bool sliced, bool runFirst = true)
    {
        const int Rows = 9;
        var graph = new Graph();
        var x = graph.Add("x", new InputNumbers(new Shape(130)));
        var a = graph.Add("a", new Affine(Make("a/kernel", 130, 75), Make("a/bias", 75)), x);
        var b = graph.Add("b", new Affine(Make("b/kernel", 75, 3), Make("b/bias", 3)), a);
        var plan = graph.Compile([b], Mode.Training);
        var store = new ParameterStore(plan, 3);
        using var team = new WorkerTeam(workers);
        using var executor = new Executor(plan, store, new ExecutorOptions(Rows, team));
        var caller = new Caller();
        if (runFirst) executor.Run(Rows, 0, caller);
        var update = new Update(store);
        if (sliced)
        {
            store.BeginUpdate();
            team.Run(update, store.SliceCount);
            store.EndUpdate();
        }
        else
        {
            for (int s = 0; s < store.SliceCount; s++) update.Change(s);
            store.Touch();
        }
        executor.Run(Rows, 1, caller);
        return [.. caller.Outputs, .. store.Gradient];
    }

    private sealed class Update(ParameterStore store) : ITeamWork
    {
        public void Do(int item, int worker)
        {
            Change(item);
            store.SliceWritten(item);
        }

        public void Change(int slice)
        {
            var (start, length) = store.Slice(slice);
            for (int i = start; i < start + length; i++) store.Values[i] = MathF.Sin(i);
        }
    }

    private sealed class Caller : IRowWork
    {
        public float[] Outputs { get; } = new float[9 * 3];

        public void Load(in RowBlock block)
        {
            var x = block.Numbers(0);
            for (int i = 0; i < x.Length; i++) x[i] = MathF.Cos((block.FirstRow * 130) + i);
        }

        public void Evaluate(in RowBlock block)
        {
            block.Output(0).CopyTo(Outputs.AsSpan(block.FirstRow * 3));
            block.Seed(0).Fill(1);
        }
    }
}
