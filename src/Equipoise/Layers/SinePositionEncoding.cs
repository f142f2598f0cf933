using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Adds to each step of a sequence fixed waves of its place, so that attention can tell steps apart without learning to.</summary>
/// <remarks>
/// y[t, 2i] = x[t, 2i] + sin(t/w^(2i/width)), y[t, 2i + 1] = x[t, 2i + 1] + cos(t/w^(2i/width)), with w the longest <see cref="Wavelength"/> (over 2π). Nothing is learned.
/// The waves lie between −1 and 1: scale the input to that size. Source: Vaswani and others, "Attention is all you need", 2017, section 3.5.
/// </remarks>
public sealed record SinePositionEncoding : Layer
{
    /// <summary>w.</summary>
    public double Wavelength { get; init; } = 10_000;

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Above(nameof(SinePositionEncoding), nameof(Wavelength), Wavelength, 0);
        var shape = inputs[0].Shape;
        if (shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but the input is {shape}.");
        return builder.Add(new ParameterAffine(null, builder.Parameter("waves", shape, new Waves(Wavelength), trainable: false)), inputs[0]);
    }

    private sealed record Waves(double Wavelength) : Initializer
    {
        public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in Engine.Randomness.RandomStream random)
        {
            int width = shape[^1];
            for (int i = 0; i < values.Length; i++)
            {
                int place = i / width, number = i % width;
                double angle = place / Math.Pow(Wavelength, (double)(number - (number % 2)) / width);
                values[i] = (float)(number % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>sine_position_encoding</c>.</summary>
    public static readonly Entry<Layer> SinePositionEncoding = Add("sine_position_encoding", "adds fixed waves of the place of each step", new SinePositionEncoding(),
        Setting<Layer>.Number<SinePositionEncoding>("wavelength", "longest wave, in steps over 2π", x => x.Wavelength, (x, v) => x with { Wavelength = v }, above: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Adds to each step of a sequence fixed waves of its place.</summary>
        public Node SinePositionEncoding() => new SinePositionEncoding().Apply(node);
    }
}
