using Equipoise.Engine.Randomness;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Numbers that a layer works out from its settings.</summary>
/// <param name="Values">The numbers, as many as the parameter has.</param>
internal sealed record GivenValues(IReadOnlyList<double> Values) : Initializer
{
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)Values[i];
    }
}
