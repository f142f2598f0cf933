using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public class RecurrentCellTests
{
    // Single precision of a formula of a few steps, against double.
    private const double Tolerance = 2e-6;

    public static TheoryData<int> Widths => [1, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 96];

    [Theory, MemberData(nameof(Widths))]
    public void Lstm_agrees_with_its_formula(int units)
    {
        float[] sums = Draw(1, 4 * units), cell = Draw(2, units), hidden = Draw(3, units), tape = new float[LstmCell.TapeUnits * units];
        float[] cellBefore = [.. cell], hiddenBefore = [.. hidden];
        LstmCell.Forward(sums, cell, hidden, tape);
        float[] dh = Draw(4, units), dc = Draw(5, units), gradients = new float[4 * units];
        float[] dhBefore = [.. dh], dcBefore = [.. dc];
        LstmCell.Backward(tape, dh, dc, gradients);
        for (int k = 0; k < units; k++)
        {
            double i = Sigmoid(sums[k]), f = Sigmoid(sums[units + k]), g = Math.Tanh(sums[(2 * units) + k]), o = Sigmoid(sums[(3 * units) + k]);
            double c = (f * cellBefore[k]) + (i * g), s = Math.Tanh(c);
            Near([hiddenBefore[k], i, f, g, o, cellBefore[k], s], tape, units, k);
            Near([c], cell, units, k);
            Near([o * s], hidden, units, k);
            double d = dcBefore[k] + (dhBefore[k] * o * (1 - (s * s)));
            Near([d * g * i * (1 - i), d * cellBefore[k] * f * (1 - f), d * i * (1 - (g * g)), dhBefore[k] * s * o * (1 - o)], gradients, units, k);
            Near([d * f], dc, units, k);
            Assert.Equal(0, dh[k]);
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Gru_agrees_with_its_formula(int units)
    {
        float[] sums = Draw(1, 3 * units), recurrent = Draw(2, 3 * units), state = Draw(3, units), tape = new float[GruCell.TapeUnits * units];
        float[] before = [.. state];
        GruCell.ForwardAfter(sums, recurrent, state, tape);
        float[] dh = Draw(4, units), toInputs = new float[4 * units], toStates = new float[3 * units];
        float[] dhBefore = [.. dh];
        GruCell.BackwardAfter(tape, dh, toInputs, toStates);
        for (int k = 0; k < units; k++)
        {
            double z = Sigmoid(sums[k] + recurrent[k]), r = Sigmoid(sums[units + k] + recurrent[units + k]), q = recurrent[(2 * units) + k], n = Math.Tanh(sums[(2 * units) + k] + (r * q));
            Near([before[k], z, r, n, q], tape, units, k);
            Near([(z * before[k]) + ((1 - z) * n)], state, units, k);
            double dz = dhBefore[k] * (before[k] - n) * z * (1 - z), dn = dhBefore[k] * (1 - z) * (1 - (n * n)), dr = dn * q * r * (1 - r);
            Near([dz, dr, dn, dn * r], toInputs, units, k);
            Near([dz, dr, dn * r], toStates, units, k);
            Near([dhBefore[k] * z], dh, units, k);
        }
    }

    [Fact]
    public void Units_that_go_by_sixteen_have_the_bits_of_those_that_go_by_eight()
    {
        const int Units = 64, Part = 8;
        float[] sums = Draw(1, 4 * Units), others = Draw(2, 4 * Units), first = Draw(3, Units), second = Draw(4, Units);
        float[] Lstm(int units, float[] x, float[] a, float[] b)
        {
            float[] cell = [.. a], hidden = [.. b], tape = new float[LstmCell.TapeUnits * units], gradients = new float[4 * units];
            LstmCell.Forward(x, cell, hidden, tape);
            float[] state = [.. cell];
            LstmCell.Backward(tape, state, hidden, gradients);
            return [.. tape, .. cell, .. hidden, .. state, .. gradients];
        }
        float[] Gru(int units, float[] x, float[] y, float[] a)
        {
            float[] state = [.. a], tape = new float[GruCell.TapeUnits * units], toInputs = new float[4 * units], toStates = new float[3 * units];
            GruCell.ForwardAfter(x, y, state, tape);
            float[] gradient = [.. state];
            GruCell.BackwardAfter(tape, gradient, toInputs, toStates);
            return [.. tape, .. state, .. gradient, .. toInputs, .. toStates];
        }
        float[] lstm = Lstm(Units, sums, first, second), gru = Gru(Units, sums[..(3 * Units)], others[..(3 * Units)], first);
        for (int k = 0; k < Units; k += Part)
        {
            Assert.Equal(Stretches(lstm, Units, k, Part), Lstm(Part, Stretches(sums, Units, k, Part), first[k..(k + Part)], second[k..(k + Part)]));
            Assert.Equal(Stretches(gru, Units, k, Part), Gru(Part, Stretches(sums[..(3 * Units)], Units, k, Part), Stretches(others[..(3 * Units)], Units, k, Part), first[k..(k + Part)]));
        }
    }

    private static float[] Stretches(float[] x, int units, int first, int count) => [.. x.Chunk(units).SelectMany(c => c.Skip(first).Take(count))];

    private static void Near(double[] want, float[] have, int units, int k)
    {
        for (int i = 0; i < want.Length; i++) Assert.InRange(have[(i * units) + k], want[i] - Tolerance, want[i] + Tolerance);
    }

    private static float[] Draw(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((4 * random.NextDouble()) - 2))];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
