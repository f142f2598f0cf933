using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Tests.Operations;

/// <summary>Parameters for operations under test.</summary>
internal static class Samples
{
    /// <summary>A parameter of uniform numbers in [-1, 1).</summary>
    public static Parameter Parameter(string name, params int[] shape) => new(name, new Shape(shape), (values, random) =>
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)((2 * random.Uniform((ulong)i)) - 1);
    });

    /// <summary>A parameter of one number throughout that is not trained.</summary>
    public static Parameter State(string name, float value, params int[] shape) => new(name, new Shape(shape), (values, _) => values.Fill(value), trainable: false);
}
