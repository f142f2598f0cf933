using Equipoise.Engine.Randomness;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Ones in the second quarter, where the forget gate of a long short-term memory has its bias; the rest from another initialiser.</summary>
internal sealed record ForgetBias(Initializer Rest) : Initializer
{
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Rest.Fill(values, shape, random);
        int units = values.Length / 4;
        values.Slice(units, units).Fill(1);
    }

    public override void Check() => Rest.Check();
}
