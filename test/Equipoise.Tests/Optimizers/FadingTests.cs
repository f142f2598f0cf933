using System.Runtime.Intrinsics;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;
using Equipoise.Optimizers;
using Equipoise.Schedules;

namespace Equipoise.Tests.Optimizers;

/// <summary>Rows whose state fades are left out while they have no gradient: whatever happens in between, parameters and state have the bits of updates of all.</summary>
public sealed class FadingTests
{
    private const int Bias = 7;

    private static readonly ParameterLayout Layout = new(
    [
        new("bias", 0, Bias, [Bias]),
        new("table", 8, 300 * 5, [300, 5]) { LearningRateScale = 0.5 },
        new("wide", 1508, 130 * 70, [130, 70]),
        new("column", 10608, 200, [200, 1]),
    ]);

    private static IEnumerable<int> Tables => Enumerable.Range(1, Layout.Blocks.Count - 1);

    public static TheoryData<string> Forms => ["plain", "quick", "slow", "each norm", "all norms", "values", "schedule"];

    private static RmsProp Optimizer(string form) => form switch
    {
        "quick" => new(0.01, Rho: 0.3),
        "slow" => new(0.01, Rho: 0.9999),
        "each norm" => new(0.01) { ClipNorm = 0.5, LossScale = 8 },
        "all norms" => new(0.01) { GlobalClipNorm = 0.5 },
        "values" => new(0.01) { ClipValue = 0.3 },
        "schedule" => new(new PiecewiseConstantDecay([30, 60, 90], [0.1, 0, 0.03, 0.01])),
        _ => new(0.01),
    };

    // The same run twice: once updated as a whole, once by rows as far as it goes.
    private sealed class Twins
    {
        private readonly string _about;
        private readonly RunningOptimizer _whole, _rows;
        private readonly float[] _a = new float[Layout.Length], _b = new float[Layout.Length];
        private readonly RowMarks[] _marks = [.. Layout.Blocks.Select(b => new RowMarks(b.Shape[0]))];
        private float[] _gradient = [];

        public Twins(string form)
        {
            var optimizer = Optimizer(form);
            _about = optimizer.ToString();
            (_whole, _rows) = (optimizer.Start(Layout), optimizer.Start(Layout));
            Assert.Equal(ZeroGradient.FadesState, optimizer.ZeroGradient);
            NewParameters(0);
        }

        public float[] Parameters => _a;

        public long Steps => _whole.Steps;

        public void Both(Action<RunningOptimizer> action)
        {
            action(_whole);
            action(_rows);
        }

        public void NewParameters(ulong seed)
        {
            var random = new RandomStream(seed);
            for (int i = 0; i < _a.Length; i++) _a[i] = i % 13 == 9 ? -0f : (float)random.Normal((ulong)i);
            _a.CopyTo(_b, 0);
        }

        public List<(string Name, float[] Values)> Copy() => [.. _whole.State.Select(s => (s.Name, (float[])s.Values.Clone()))];

        public void Restore(long steps, List<(string Name, float[] Values)> state, float[] parameters)
        {
            Both(o => o.Restore(steps, state));
            parameters.CopyTo(_a, 0);
            parameters.CopyTo(_b, 0);
        }

        // A gradient of a few rows, mostly the first ones; sometimes with a number to mind.
        public void NewGradient(RandomStream random, float? special = null)
        {
            _gradient = new float[Layout.Length];
            for (int i = 0; i < Bias; i++) _gradient[i] = (float)random.Normal((ulong)i);
            foreach (int block in Tables)
            {
                var (marks, b, draws) = (_marks[block], Layout.Blocks[block], random.Derive((ulong)block));
                int width = b.Shape[1];
                marks.Clear();
                for (ulong i = 0; i < 6; i++)
                {
                    double place = draws.Uniform(i);
                    int row = (int)(place * place * place * marks.Rows);
                    marks.Mark(row);
                    for (int c = 0; c < width; c++) _gradient[b.Offset + (row * width) + c] = (float)draws.Derive("g").Normal((ulong)((row * width) + c));
                    if (special is { } value && i == 0) _gradient[b.Offset + (row * width)] = value;
                }
            }
        }

        public void Step(RandomStream random)
        {
            _whole.Begin(_gradient, _a);
            _whole.Update(0, _a, _gradient);
            _rows.Begin(_gradient, _b);
            _rows.Update(0, _b.AsSpan(0, 8), _gradient.AsSpan(0, 8));
            foreach (int block in Tables) UpdateTable(block, random.Derive((ulong)block));
            Same(_a, _b);
        }

        private void UpdateTable(int block, RandomStream random)
        {
            var (marks, b) = (_marks[block], Layout.Blocks[block]);
            int rows = marks.Rows, width = b.Shape[1], cut = random.Below(1, rows / 64) * 64;
            switch (random.Below(0, 12))
            {
                case 0:                                        // pieces that begin and end within rows
                    Parallel.For(0, 9, i => Update(b.Offset + (i * b.Length / 9), b.Offset + ((i + 1) * b.Length / 9)));
                    break;
                case 1:
                    _rows.UpdateRows(block, 0, cut, marks, _b, _gradient);
                    Update(b.Offset + (cut * width), b.Offset + b.Length);
                    break;
                case 2:
                    Update(b.Offset, b.Offset + (cut * width));
                    _rows.UpdateRows(block, cut, rows - cut, marks, _b, _gradient);
                    break;
                case 3:                                        // two rows that count as one
                    var pairs = new RowMarks(rows / 2);
                    pairs.Clear();
                    for (int row = 0; row < rows; row++) if (marks.IsMarked(row)) pairs.Mark(row / 2);
                    _rows.UpdateRows(block, 0, rows / 2, pairs, _b, _gradient);
                    break;
                case <= 7:
                    Parallel.For(0, (rows + 63) / 64, i => _rows.UpdateRows(block, i * 64, Math.Min(64, rows - (i * 64)), marks, _b, _gradient));
                    break;
                default:
                    _rows.UpdateRows(block, 0, rows, marks, _b, _gradient);
                    break;
            }
        }

        private void Update(int start, int end) => _rows.Update(start, _b.AsSpan(start, end - start), _gradient.AsSpan(start, end - start));

        public void SameState()
        {
            foreach (var (want, have) in _whole.State.Zip(_rows.State)) Same(want.Values, have.Values);
        }

        private void Same(float[] want, float[] have)
        {
            for (int i = 0; i < want.Length; i++)
            {
                if (BitConverter.SingleToInt32Bits(want[i]) != BitConverter.SingleToInt32Bits(have[i])) Assert.Fail($"{_about}, step {Steps}: number {i} is {have[i]:R}, not {want[i]:R}");
            }
        }
    }

    [Theory, MemberData(nameof(Forms))]
    public void Rows_that_missed_updates_have_the_bits_of_updates_of_all(string form)
    {
        var twins = new Twins(form);
        for (ulong step = 0; step < 1200; step++)
        {
            var random = new RandomStream(step).Derive(form);
            twins.NewGradient(random.Derive("gradient"));
            if (step % 50 == 40) twins.Both(o => o.LearningRateFactor = random.Below(2, 3) * 0.5);      // 0 too
            if (random.Below(3, 20) == 0) twins.Both(o => o.Skip(random.Below(4, 4)));
            if (step == 1000) twins.Both(o => o.Freeze(1));
            twins.Step(random);
            if (step % 300 == 299) twins.SameState();
        }
        twins.SameState();
    }

    [Theory, MemberData(nameof(Forms))]
    public void Whatever_comes_between_the_bits_are_those_of_updates_of_all(string form)
    {
        var twins = new Twins(form);
        var state = twins.Copy();
        var parameters = (float[])twins.Parameters.Clone();
        long steps = 0;
        for (ulong step = 0; step < 900; step++)
        {
            var random = new RandomStream(step).Derive(form + " between");
            float? special = random.Below(0, 30) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 => 1e30f, 3 => -1e-25f, _ => null };
            twins.NewGradient(random.Derive("gradient"), special);
            twins.Both(o => o.LearningRateFactor = random.Below(1, 40) switch { 0 => -1, 1 => double.NaN, 2 => 0, 3 => 1e300, 4 => 0.5, _ => 1 });
            switch (random.Below(2, 40))
            {
                case 0:
                    (steps, state, parameters) = (twins.Steps, twins.Copy(), (float[])twins.Parameters.Clone());
                    break;
                case 1:
                case 2:
                    twins.Restore(steps, state, parameters);
                    break;
                case 3:                                        // a state that no run has by itself
                    float[] odd = [float.NaN, float.PositiveInfinity, -1, -0f, float.MaxValue, 1e-35f, float.NegativeInfinity, -1e-7f];
                    twins.Restore(twins.Steps, [.. twins.Copy().Select((s, k) => (s.Name, s.Values.Select((x, i) => i % 97 < odd.Length ? odd[(i + k) % odd.Length] : x).ToArray()))], twins.Parameters);
                    break;
                case 4:
                case 5:
                    twins.NewParameters(step);
                    twins.Both(o => o.ForgetParameters());
                    break;
                case 6:
                    twins.SameState();
                    break;
                case 7:
                    for (int block = 0; block < 4; block++) twins.Both(o => o.Skip(block));
                    break;
            }
            twins.Step(random);
        }
        twins.SameState();
    }

    [Fact]
    public void Rows_without_a_gradient_are_neither_read_nor_written_before_somebody_asks_for_the_state()
    {
        RunningOptimizer running = new RmsProp(0.1).Start(Layout);
        var marks = new RowMarks(300);
        float[] parameters = new float[Layout.Length], gradient = new float[Layout.Length];
        Array.Fill(gradient, 1);
        Step();
        float[] velocity = running.State[0].Values, before = [.. velocity];
        marks.Clear();
        marks.Mark(7);
        gradient.AsSpan(8, 1500).Fill(float.NaN);              // nobody is to look
        gradient.AsSpan(8 + 35, 5).Fill(1);
        float[] once = [.. parameters];
        for (int i = 0; i < 20; i++) Step();
        for (int i = 0; i < 1500; i++)
        {
            Assert.Equal(i / 5 == 7, velocity[8 + i] != before[8 + i]);
            Assert.Equal(i / 5 == 7, parameters[8 + i] != once[8 + i]);
        }
        Assert.Same(velocity, running.State[0].Values);
        Assert.All(velocity[8..1508], (v, i) => Assert.Equal(i / 5 == 7 ? 0.89 : 0.1 * Math.Pow(0.9, 20), v, 0.01 * v));

        void Step()
        {
            running.Begin(gradient, parameters);
            running.UpdateRows(1, 0, 300, marks, parameters, gradient);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-40f)]
    [InlineData(0.3f)]
    [InlineData(0.9f)]
    [InlineData(0.9999f)]
    [InlineData(1f)]
    public void Fading_many_times_has_the_bits_of_the_rule_one_by_one(float keep)
    {
        float[] odd = [0, -0f, float.NaN, BitConverter.Int32BitsToSingle(0x7FA12345), BitConverter.Int32BitsToSingle(-0x1234), float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 1e-30f, 1.1e-30f, -1e-29f, 9e-31f, 1e-40f, float.Epsilon, 1];
        var random = new RandomStream(5);
        foreach (int length in Enumerable.Range(0, 34).Concat([63, 64, 65, 130]))
        {
            float[] start = [.. Enumerable.Range(0, length).Select(i => i % 2 == 0 ? odd[(i / 2) % odd.Length] : MathF.Exp(20 * (float)random.Normal((ulong)i)))], want = [.. start];
            int done = 0;
            foreach (int times in new[] { 1, 2, 15, 16, 17, 32, 100, 700, 5000 })
            {
                for (; done < times; done++) want = Array.ConvertAll(want, x => RuleMath.Flush((Vector256.Create(x) * keep) + Vector256.Create(0f))[0]);
                float[] have = [.. start];
                Fading.Run(have, keep, times);
                Assert.Equal(Array.ConvertAll(want, BitConverter.SingleToInt32Bits), Array.ConvertAll(have, BitConverter.SingleToInt32Bits));
            }
        }
    }
}
