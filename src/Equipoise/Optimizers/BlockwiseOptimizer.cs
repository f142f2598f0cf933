using Equipoise.Engine.Kernels;

namespace Equipoise.Optimizers;

/// <summary>Base of optimisers whose update of a number depends on its whole block: a norm, row means, a matrix.</summary>
/// <remarks>
/// <see cref="RunningOptimizer.Begin"/> makes the direction of every block, one after the other; the tiles then only add it: w −= w × decay; w −= size × direction.
/// Costs one more vector of the layout's length.
/// </remarks>
internal abstract class BlockwiseOptimizer : RunningOptimizer
{
    private readonly float[] _direction;
    private readonly float[] _sizes;
    private readonly float[] _decays;

    protected BlockwiseOptimizer(Optimizer settings, ParameterLayout layout) : base(settings, layout)
    {
        Settings = settings;
        _direction = new float[layout.Length];
        _sizes = new float[layout.Blocks.Count];
        _decays = new float[layout.Blocks.Count];
    }

    protected Optimizer Settings { get; }

    public override bool ReadsWholeGradient => true;

    protected override void Prepare(double learningRate, ReadOnlySpan<float> gradient, ReadOnlySpan<float> parameters)
    {
        for (int i = 0; i < _sizes.Length; i++)
        {
            var block = Layout.Blocks[i];
            if (!IsActive(i) || block.Length == 0) continue;
            var direction = _direction.AsSpan(block.Offset, block.Length);
            var preparation = PreparationOf(i);
            for (int k = 0; k < direction.Length; k++) direction[k] = preparation.Apply(gradient[block.Offset + k]);
            double rate = learningRate * block.LearningRateScale;
            _decays[i] = block.Decays ? (float)(WeightDecayOf(i) * rate) : 0;
            double norm = (1 - _decays[i]) * Math.Sqrt(Reductions.SumOfSquaresDouble(parameters.Slice(block.Offset, block.Length)));
            _sizes[i] = (float)Direct(i, rate, norm, direction);
        }
    }

    protected override void UpdateBlock(int block, int start, Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        var direction = _direction.AsSpan(start, parameters.Length);
        float decay = _decays[block], size = _sizes[block];
        for (int i = 0; i < parameters.Length; i++)
        {
            float w = parameters[i];
            w -= w * decay;
            parameters[i] = w - (size * direction[i]);
        }
    }

    /// <summary>Weight decay of a block.</summary>
    protected virtual double WeightDecayOf(int block) => Settings.WeightDecay;

    /// <summary>Turns the gradient of a block into the direction of its step, and tells the size.</summary>
    /// <param name="block">Index of the block.</param>
    /// <param name="rate">Learning rate of the block.</param>
    /// <param name="norm">Norm of the block's parameters after weight decay.</param>
    /// <param name="direction">In: the gradient, scaled and clipped. Out: the direction.</param>
    protected abstract double Direct(int block, double rate, double norm, Span<float> direction);

    /// <summary>x, or 0 if it is nearer to it than 1e-30, where denormals would soon slow arithmetic down.</summary>
    protected static float Flush(float x) => Math.Abs(x) < 1e-30f ? 0 : x;
}
