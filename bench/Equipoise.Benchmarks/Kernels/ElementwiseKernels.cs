using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Benchmarks.Kernels;

/// <summary>Functions of single numbers.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory), CategoriesColumn]
public class ElementwiseKernels
{
    private float[] _x = [], _y = [], _z = [];

    [Params(64, 4096)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _x = KernelBenchmarks.Numbers(Length, 1);
        _y = KernelBenchmarks.Numbers(Length, 2);
        _z = new float[Length];
    }

    [Benchmark(Baseline = true), BenchmarkCategory("sigmoid")]
    public void SigmoidPlain()
    {
        for (int i = 0; i < _x.Length; i++) _z[i] = 1 / (1 + MathF.Exp(-_x[i]));
    }

    [Benchmark, BenchmarkCategory("sigmoid")]
    public void Sigmoid() => Elementwise.Apply(default(SigmoidFormula), _x, _z);

    [Benchmark(Baseline = true), BenchmarkCategory("tanh")]
    public void TanhPlain()
    {
        for (int i = 0; i < _x.Length; i++) _z[i] = MathF.Tanh(_x[i]);
    }

    [Benchmark, BenchmarkCategory("tanh")]
    public void Tanh() => Elementwise.Apply(default(TanhFormula), _x, _z);

    [Benchmark(Baseline = true), BenchmarkCategory("add scaled")]
    public void AddScaledPlain()
    {
        for (int i = 0; i < _x.Length; i++) _y[i] += 1e-9f * _x[i];
    }

    [Benchmark, BenchmarkCategory("add scaled")]
    public void AddScaled() => Elementwise.AddScaled(_x, 1e-9f, _y);

    private readonly struct SigmoidFormula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => y - (y * y);
    }

    private readonly struct TanhFormula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256<float>.One - (y * y);
    }
}
