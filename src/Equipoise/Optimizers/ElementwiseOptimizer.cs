using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Optimizers;

/// <summary>Runs a rule whose numbers each stand alone: scaling, clipping, weight decay and the rule in one pass over memory.</summary>
/// <typeparam name="TRule">The formula with the constants of a step.</typeparam>
internal sealed class ElementwiseOptimizer<TRule> : RunningOptimizer where TRule : struct, IUpdateRule
{
    private readonly Optimizer _settings;
    private readonly Func<long, double, TRule> _rule;
    private readonly Moment?[] _moments;
    private readonly float[]?[] _values;
    private readonly Func<float[]?[], ParameterBlock, int, float, float>? _average;
    private readonly double[] _scales;          // the distinct learning-rate factors of the blocks
    private readonly int[] _scaleOf;            // block → index into them
    private readonly TRule[] _rules;            // one for each factor
    private readonly float? _fading;
    private double _learningRate;

    /// <param name="settings">The settings.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="moments">Up to three moments; null where a place is not used.</param>
    /// <param name="rule">The rule of an update (number from 1) at a learning rate. May keep state of its own, as it is asked once for every update and factor.</param>
    /// <param name="average">Parameter for evaluation from moments, block, place in the flat vector and parameter; null if they are the same.</param>
    /// <param name="fading">For rules with <see cref="ZeroGradient.FadesState"/>: what a gradient of zero multiplies all moments with, from 0 to 1, before those near zero are flushed.</param>
    public ElementwiseOptimizer(Optimizer settings, ParameterLayout layout, Moment?[] moments, Func<long, double, TRule> rule,
        Func<float[]?[], ParameterBlock, int, float, float>? average = null, float? fading = null) : base(settings, layout)
    {
        _settings = settings;
        _rule = rule;
        _average = average;
        _fading = fading;
        _moments = moments;
        _values = new float[]?[3];
        for (int i = 0; i < moments.Length; i++)
        {
            if (moments[i] is { } moment) _values[i] = AddState(moment.Name, layout.Length, moment.Initial);
        }
        _scales = [.. layout.Blocks.Select(b => b.LearningRateScale).Distinct()];
        _scaleOf = [.. layout.Blocks.Select(b => Array.IndexOf(_scales, b.LearningRateScale))];
        _rules = new TRule[_scales.Length];
    }

    public override bool Averages => _average is not null || base.Averages;

    protected override void Initialize(ReadOnlySpan<float> parameters)
    {
        for (int i = 0; i < _moments.Length; i++)
        {
            if (_moments[i] is { CopiesParameters: true }) parameters.CopyTo(_values[i]);
        }
    }

    protected override void Prepare(double learningRate, ReadOnlySpan<float> gradient, ReadOnlySpan<float> parameters)
    {
        _learningRate = learningRate;
        for (int i = 0; i < _rules.Length; i++) _rules[i] = _rule(Updates, learningRate * _scales[i]);
    }

    protected override void UpdateBlock(int block, int start, Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        var rule = _rules[_scaleOf[block]];
        var preparation = PreparationOf(block);
        float decay = Layout.Blocks[block].Decays ? (float)(_settings.WeightDecay * _learningRate * _scales[_scaleOf[block]]) : 0;
        int length = parameters.Length;
        var a = Slice(0, start, length);
        var b = Slice(1, start, length);
        var c = Slice(2, start, length);
        int whole = length & ~7;
        Run(rule, preparation, decay, parameters[..whole], gradient, a, b, c);
        if (whole == length) return;

        // The remainder takes the same way, padded with zeros.
        Span<float> padded = stackalloc float[40];
        padded.Clear();
        Span<float> lastW = padded[..8], lastG = padded.Slice(8, 8), lastA = padded.Slice(16, 8), lastB = padded.Slice(24, 8), lastC = padded[32..];
        int rest = length - whole;
        parameters[whole..].CopyTo(lastW);
        gradient.Slice(whole, rest).CopyTo(lastG);
        if (!a.IsEmpty) a[whole..].CopyTo(lastA);
        if (!b.IsEmpty) b[whole..].CopyTo(lastB);
        if (!c.IsEmpty) c[whole..].CopyTo(lastC);
        Run(rule, preparation, decay, lastW, lastG, a.IsEmpty ? default : lastA, b.IsEmpty ? default : lastB, c.IsEmpty ? default : lastC);
        lastW[..rest].CopyTo(parameters[whole..]);
        if (!a.IsEmpty) lastA[..rest].CopyTo(a[whole..]);
        if (!b.IsEmpty) lastB[..rest].CopyTo(b[whole..]);
        if (!c.IsEmpty) lastC[..rest].CopyTo(c[whole..]);
    }

    protected override void Fade(int start, int length, int updates)
    {
        if (_fading is not { } keep)
        {
            base.Fade(start, length, updates);
            return;
        }
        for (int i = 0; i < _values.Length; i++) Fading.Run(Slice(i, start, length), keep, updates);
    }

    protected override void WriteAverage(ParameterBlock block, Span<float> parameters)
    {
        if (_average is null) return;
        for (int i = 0; i < parameters.Length; i++) parameters[i] = _average(_values, block, block.Offset + i, parameters[i]);
    }

    // Compiled at once and well: the first steps count too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(TRule rule, GradientPreparation preparation, float decay, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> a, Span<float> b, Span<float> c)
    {
        var w = MemoryMarshal.Cast<float, Vector256<float>>(parameters);
        var g = MemoryMarshal.Cast<float, Vector256<float>>(gradient);
        var first = MemoryMarshal.Cast<float, Vector256<float>>(a);
        var second = MemoryMarshal.Cast<float, Vector256<float>>(b);
        var third = MemoryMarshal.Cast<float, Vector256<float>>(c);
        bool shrinks = decay != 0;                             // w − w × 0 would make +0 of −0
        Vector256<float> decays = Vector256.Create(decay), scale = Vector256.Create(preparation.Scale);
        bool limited = !float.IsPositiveInfinity(preparation.Limit);
        if (!limited && !first.IsEmpty && third.IsEmpty)
        {
            // The usual case without questions in the loop: one moment or two.
            bool two = !second.IsEmpty;
            if (!two) second = first;
            for (int i = 0; i < w.Length; i++)
            {
                Vector256<float> x = first[i], y = two ? second[i] : default, z = default;
                var old = w[i];
                if (shrinks) old -= old * decays;
                w[i] = rule.Apply(old, g[i] * scale, ref x, ref y, ref z);
                if (two) second[i] = y;
                first[i] = x;
            }
            return;
        }
        for (int i = 0; i < w.Length; i++)
        {
            Vector256<float> x = first.IsEmpty ? default : first[i], y = second.IsEmpty ? default : second[i], z = third.IsEmpty ? default : third[i];
            var old = w[i];
            if (shrinks) old -= old * decays;
            w[i] = rule.Apply(old, limited ? preparation.Apply(g[i]) : g[i] * scale, ref x, ref y, ref z);
            if (!first.IsEmpty) first[i] = x;
            if (!second.IsEmpty) second[i] = y;
            if (!third.IsEmpty) third[i] = z;
        }
    }

    private Span<float> Slice(int moment, int start, int length) => _values[moment] is { } values ? values.AsSpan(start, length) : default;
}
