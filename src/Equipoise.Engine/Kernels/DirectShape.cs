namespace Equipoise.Engine.Kernels;

/// <summary>A convolution over (a band of) one image whose padding, if any, is already there: every window lies inside.</summary>
/// <remarks>
/// The inner index of the kernel [down, right, channel] is cut into runs that lie side by side in the image: a row of the window or, with dilation, a single pixel.
/// </remarks>
/// <param name="Height">Rows of outputs.</param>
/// <param name="Width">Outputs in a row.</param>
/// <param name="Filters">Channels of the output.</param>
/// <param name="Channels">Channels of the image.</param>
/// <param name="SizeDown">Rows of the window.</param>
/// <param name="SizeRight">Columns of the window.</param>
/// <param name="RowStride">Numbers between rows of the image.</param>
/// <param name="StrideDown">Rows that the window moves at a time.</param>
/// <param name="StrideRight">Columns that it moves at a time.</param>
/// <param name="DilationDown">Rows between rows of the window.</param>
/// <param name="DilationRight">Columns between columns of the window.</param>
internal readonly record struct DirectShape(
    int Height, int Width, int Filters, int Channels, int SizeDown, int SizeRight, int RowStride, int StrideDown, int StrideRight, int DilationDown, int DilationRight)
{
    /// <summary>Length of the inner index.</summary>
    public int Inner => SizeDown * SizeRight * Channels;

    /// <summary>Runs in a row of the window.</summary>
    public int RunsRight => DilationRight == 1 ? 1 : SizeRight;

    /// <summary>Runs in the window.</summary>
    public int Runs => SizeDown * RunsRight;

    /// <summary>Numbers of a run.</summary>
    public int RunLength => DilationRight == 1 ? SizeRight * Channels : Channels;

    /// <summary>Where a run lies, seen from the first pixel of the window.</summary>
    public int RunOffset(int run) => (run / RunsRight * DilationDown * RowStride) + (run % RunsRight * DilationRight * Channels);

    /// <summary>Numbers of the image that the windows reach over.</summary>
    public int Reach => (((Height - 1) * StrideDown) + ((SizeDown - 1) * DilationDown)) * RowStride + ((((Width - 1) * StrideRight) + ((SizeRight - 1) * DilationRight) + 1) * Channels);
}
