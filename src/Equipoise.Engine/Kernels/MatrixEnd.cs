namespace Equipoise.Engine.Kernels;

/// <summary>What a matrix product does to its finished result C: nothing, c = f(c), or c = c·f'(x).</summary>
public readonly ref struct MatrixEnd
{
    private MatrixEnd(TileFunction function, ReadOnlySpan<float> x, ReadOnlySpan<float> y, bool isSlope)
    {
        Function = function;
        X = x;
        Y = y;
        IsSlope = isSlope;
    }

    /// <summary>The function; null for nothing to do.</summary>
    internal TileFunction? Function { get; }

    internal ReadOnlySpan<float> X { get; }

    internal ReadOnlySpan<float> Y { get; }

    internal bool IsSlope { get; }

    /// <summary>c = f(c): an activation that follows a layer. Nothing if <paramref name="function"/> is null.</summary>
    public static MatrixEnd Value(TileFunction? function) => function is null ? default : new(function, [], [], isSlope: false);

    /// <summary>c = c·f'(x), with y = f(x): the gradient towards x from that towards y.</summary>
    /// <param name="function">The function.</param>
    /// <param name="x">Laid out as C.</param>
    /// <param name="y">Laid out as C.</param>
    public static MatrixEnd Slope(TileFunction function, ReadOnlySpan<float> x, ReadOnlySpan<float> y) => new(function, x, y, isSlope: true);

    /// <summary>The same for the columns of C from one on.</summary>
    internal MatrixEnd From(int column) => IsSlope ? new(Function!, X[column..], Y[column..], isSlope: true) : this;

    internal unsafe void Apply(float* c, float* x, float* y, nint at, nint stride, int rows, int width)
    {
        if (Function is null) return;
        if (IsSlope) Function.Slope(c + at, x + at, y + at, stride, rows, width);
        else Function.Value(c + at, stride, rows, width);
    }
}
