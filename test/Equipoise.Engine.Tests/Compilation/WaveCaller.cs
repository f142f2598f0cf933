using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Tests.Compilation;

/// <summary>Feeds one input of numbers with a wave, seeds each output with another, and keeps what the outputs were.</summary>
/// <param name="rows">Rows of the batch.</param>
/// <param name="chosen">Numbers of the outputs, on which their seeds depend.</param>
/// <param name="sizes">Numbers a row of each output.</param>
internal sealed class WaveCaller(int rows, int[] chosen, int[] sizes) : IRowWork
{
    public float[][] Outputs { get; } = [.. sizes.Select(s => new float[rows * s])];

    public static Parameter Parameter(string name, params int[] shape)
        => new(name, new Shape(shape), (values, random) => { for (int i = 0; i < values.Length; i++) values[i] = (float)(random.Uniform((ulong)i) - 0.5); });

    public void Load(in RowBlock block)
    {
        var x = block.Numbers(0);
        for (int i = 0; i < x.Length; i++) x[i] = MathF.Sin((block.FirstRow * (x.Length / block.Rows)) + i);
    }

    public void Evaluate(in RowBlock block)
    {
        for (int k = 0; k < chosen.Length; k++)
        {
            int start = sizes[k] * block.FirstRow;
            block.Output(k).CopyTo(Outputs[k].AsSpan(start));
            var seed = block.Seed(k);
            for (int i = 0; i < seed.Length; i++) seed[i] = MathF.Cos((chosen[k] * 1000) + start + i);
        }
    }
}
