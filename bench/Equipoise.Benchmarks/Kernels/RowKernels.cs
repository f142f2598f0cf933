using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Equipoise.Engine.Kernels;
using Equipoise.Optimizers;

namespace Equipoise.Benchmarks.Kernels;

/// <summary>Sums, softmax, a product of matrices and Adam's update.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory), CategoriesColumn]
public class RowKernels
{
    private const int Rows = 256, Width = 64;
    private const float Rate = 1e-3f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-7f;
    private readonly float[] _x = KernelBenchmarks.Numbers(Rows * Width, 1), _y = new float[Rows * Width], _w = KernelBenchmarks.Numbers(Width * Width, 2);
    private readonly float[] _mean = new float[Rows * Width], _square = new float[Rows * Width], _weights = KernelBenchmarks.Numbers(Rows * Width, 3);
    private readonly float[] _panels = new float[MatMul.PackedLength(Width, Width)];
    private readonly RunningOptimizer _adam = new Adam().Start(new ParameterLayout([new ParameterBlock("w", 0, Rows * Width, [Rows, Width])]));

    [GlobalSetup]
    public void Setup() => MatMul.Pack(_w, Width, Width, Width, _panels, 0, MatMul.PanelCount(Width));

    [Benchmark(Baseline = true), BenchmarkCategory("sum of squares in double")]
    public double SumOfSquaresPlain()
    {
        double sum = 0;
        for (int i = 0; i < _x.Length; i++) sum += (double)_x[i] * _x[i];
        return sum;
    }

    [Benchmark, BenchmarkCategory("sum of squares in double")]
    public double SumOfSquares() => Reductions.SumOfSquaresDouble(_x);

    [Benchmark(Baseline = true), BenchmarkCategory("softmax of 256 × 64")]
    public void SoftmaxPlain()
    {
        for (int row = 0; row < Rows; row++)
        {
            float most = float.NegativeInfinity, sum = 0;
            for (int i = row * Width; i < (row + 1) * Width; i++) most = Math.Max(most, _x[i]);
            for (int i = row * Width; i < (row + 1) * Width; i++) sum += _y[i] = MathF.Exp(_x[i] - most);
            for (int i = row * Width; i < (row + 1) * Width; i++) _y[i] /= sum;
        }
    }

    [Benchmark, BenchmarkCategory("softmax of 256 × 64")]
    public void SoftmaxRows() => Softmax.Rows(_x, _y, Rows, Width);

    [Benchmark(Baseline = true), BenchmarkCategory("product 256 × 64 × 64")]
    public void ProductPlain()
    {
        Array.Clear(_y);
        for (int row = 0; row < Rows; row++)
        {
            for (int k = 0; k < Width; k++)
            {
                for (int column = 0; column < Width; column++) _y[(row * Width) + column] += _x[(row * Width) + k] * _w[(k * Width) + column];
            }
        }
    }

    [Benchmark, BenchmarkCategory("product 256 × 64 × 64")]
    public void Product() => MatMul.Multiply(_x, Width, _panels, [], _y, Width, Rows, Width, Width, accumulate: false);

    [Benchmark(Baseline = true), BenchmarkCategory("Adam, 16384 weights")]
    public void AdamPlain()
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            _mean[i] += (_x[i] - _mean[i]) * (1 - Beta1);
            _square[i] += ((_x[i] * _x[i]) - _square[i]) * (1 - Beta2);
            _weights[i] -= Rate * _mean[i] / (MathF.Sqrt(_square[i]) + Epsilon);
        }
    }

    [Benchmark, BenchmarkCategory("Adam, 16384 weights")]
    public void AdamUpdate()
    {
        _adam.Begin(_x, _weights);
        _adam.Update(0, _weights, _x);
    }
}
