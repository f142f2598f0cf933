using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>An elementwise function that a matrix product applies to each piece of its result while the piece is in the first cache.</summary>
/// <remarks>The same numbers as a separate pass gives, to the bit; only a walk through memory is saved.</remarks>
public abstract unsafe class TileFunction
{
    /// <summary>c = f(c). Shape [rows, width], row-major with a stride.</summary>
    internal abstract void Value(float* c, nint stride, int rows, int width);

    /// <summary>c = c·f'(x), with y = f(x): x, y and c lie alike.</summary>
    internal abstract void Slope(float* c, float* x, float* y, nint stride, int rows, int width);
}

/// <summary>A <see cref="TileFunction"/> compiled for one function.</summary>
/// <typeparam name="TFunction">The function.</typeparam>
/// <param name="function">The function and its settings.</param>
public sealed unsafe class TileFunction<TFunction>(TFunction function) : TileFunction where TFunction : struct, IElementwise
{
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Value(float* c, nint stride, int rows, int width)
    {
        var f = function;
        for (; rows > 0; rows--, c += stride)
        {
            var i = 0;
            for (; i <= width - 8; i += 8) { f.Value(Vector256.Load(c + i)).Store(c + i); }
            if (i < width) { Elementwise.StoreFirst(f.Value(Elementwise.LoadFirst(c + i, width - i)), c + i, width - i); }
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Slope(float* c, float* x, float* y, nint stride, int rows, int width)
    {
        var f = function;
        for (; rows > 0; rows--, c += stride, x += stride, y += stride)
        {
            var i = 0;
            for (; i <= width - 8; i += 8) { (Vector256.Load(c + i) * f.Slope(Vector256.Load(x + i), Vector256.Load(y + i))).Store(c + i); }
            var rest = width - i;
            if (rest > 0) { Elementwise.StoreFirst(Elementwise.LoadFirst(c + i, rest) * f.Slope(Elementwise.LoadFirst(x + i, rest), Elementwise.LoadFirst(y + i, rest)), c + i, rest); }
        }
    }
}
