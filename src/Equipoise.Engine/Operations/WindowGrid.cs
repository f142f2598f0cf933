using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Operations;

/// <summary>The places of a window over one image; a sequence is an image of height 1.</summary>
internal readonly record struct WindowGrid(
    int Height, int Width, int Channels, int OutHeight, int OutWidth, int SizeDown, int SizeRight,
    int StrideDown, int StrideRight, int DilationDown, int DilationRight, int Top, int Left)
{
    // Below this many numbers a plain loop beats a call.
    private const int ShortRun = 8;

    public int Positions => OutHeight * OutWidth;

    public int RowSize => Height * Width * Channels;

    /// <summary>Numbers of a window over all channels.</summary>
    public int Patch => SizeDown * SizeRight * Channels;

    /// <summary>Whether windows are single pixels, so that patches are the input itself.</summary>
    public bool IsPointwise => SizeDown == 1 && SizeRight == 1 && StrideDown == 1 && StrideRight == 1;

    /// <summary>Number of the pixel under a tap of the window at a position, or -1 in the padding.</summary>
    public int Pixel(int position, int tap)
    {
        int outY = position / OutWidth, down = tap / SizeRight;
        int y = (outY * StrideDown) - Top + (down * DilationDown);
        int x = ((position - (outY * OutWidth)) * StrideRight) - Left + ((tap - (down * SizeRight)) * DilationRight);
        return (uint)y < (uint)Height && (uint)x < (uint)Width ? (y * Width) + x : -1;
    }

    /// <summary>Distance in the image between neighbouring windows.</summary>
    public int Step => StrideRight * Channels;

    /// <summary>Whether every pixel lies in exactly one window.</summary>
    public bool Tiles => SizeDown == StrideDown && SizeRight == StrideRight && OutHeight * SizeDown == Height && OutWidth * SizeRight == Width && DilationDown == 1 && DilationRight == 1;

    /// <summary>The windows from a position on, to the end of its row at the most, that see the same taps as it, and where those taps of its window lie in the image.</summary>
    public WindowRun Next(int position, Span<int> taps)
    {
        int outY = position / OutWidth, outX = position - (outY * OutWidth), count = 0;
        for (int tap = 0; tap < SizeDown * SizeRight; tap++)
        {
            int pixel = Pixel(position, tap);
            if (pixel >= 0) taps[count++] = pixel * Channels;
        }
        int first = (outX * StrideRight) - Left;
        int reach = (SizeRight - 1) * DilationRight;
        int inside = first < 0 ? 0 : (Width - 1 - reach - first) / StrideRight;       // windows after this one that end inside
        return new WindowRun(position, 1 + (first + reach < Width ? Math.Clamp(inside, 0, OutWidth - 1 - outX) : 0), count);
    }

    /// <summary>Whether some windows reach beyond the image.</summary>
    public bool IsPadded => Top > 0 || Left > 0 || Reach(OutHeight, StrideDown, SizeDown, DilationDown) > Height || PaddedWidth > Width;

    /// <summary>Pixels in a row that the windows reach over.</summary>
    public int PaddedWidth => Reach(OutWidth, StrideRight, SizeRight, DilationRight);

    /// <summary>Numbers that so many rows of windows reach over, with padding.</summary>
    public int BandSize(int outRows) => Reach(outRows, StrideDown, SizeDown, DilationDown) * PaddedWidth * Channels;

    /// <summary>Writes what some rows of windows reach over, with zeros for padding.</summary>
    public void CopyBand(ReadOnlySpan<float> image, int firstOutRow, int outRows, Span<float> band)
    {
        int width = PaddedWidth, first = (firstOutRow * StrideDown) - Top;
        int right = Math.Min(Width, width - Left);                       // the row may be wider than the windows reach
        for (int y = 0; y < Reach(outRows, StrideDown, SizeDown, DilationDown); y++)
        {
            var to = band.Slice(y * width * Channels, width * Channels);
            if ((uint)(first + y) >= (uint)Height)
            {
                to.Clear();
                continue;
            }
            to[..(Left * Channels)].Clear();
            image.Slice((first + y) * Width * Channels, right * Channels).CopyTo(to[(Left * Channels)..]);
            to[((Left + right) * Channels)..].Clear();
        }
    }

    /// <summary>Which windows of a row of windows lie wholly inside the image: from <paramref name="first"/> to before <paramref name="end"/>, both between 0 and the width.</summary>
    public void Inside(int outY, out int first, out int end)
    {
        int top = (outY * StrideDown) - Top, reach = ((SizeRight - 1) * DilationRight) + 1;
        bool inside = top >= 0 && top + ((SizeDown - 1) * DilationDown) < Height && reach <= Width;
        first = Math.Min(OutWidth, (Left + StrideRight - 1) / StrideRight);
        end = inside ? Math.Clamp(((Width - reach + Left) / StrideRight) + 1, first, OutWidth) : first;
    }

    /// <summary>Adds the patch of one window to the pixels of an image that it came from; what lies in the padding is dropped.</summary>
    public void Scatter(ReadOnlySpan<float> patch, int position, Span<float> image)
    {
        for (int done = 0; done < Patch;)
        {
            int start = Run(position, done, Patch - done, out int length);
            if (start >= 0)
            {
                var from = patch.Slice(done, length);
                var to = image.Slice(start, length);
                if (length >= ShortRun) Elementwise.AddTo(from, to);
                else for (int c = 0; c < length; c++) to[c] += from[c];
            }
            done += length;
        }
    }

    private static int Reach(int positions, int stride, int size, int dilation) => ((positions - 1) * stride) + ((size - 1) * dilation) + 1;

    // From a column of a patch on: where it lies in the image (-1: padding) and how many columns go on alike, wanted ones at the most.
    private int Run(int position, int column, int wanted, out int length)
    {
        int tap = column / Channels, channel = column - (tap * Channels);
        int outY = position / OutWidth, down = tap / SizeRight, right = tap - (down * SizeRight);
        int y = (outY * StrideDown) - Top + (down * DilationDown);
        int x = ((position - (outY * OutWidth)) * StrideRight) - Left + (right * DilationRight);
        bool inside = (uint)y < (uint)Height && (uint)x < (uint)Width;
        int taps = inside && DilationRight == 1 ? Math.Min(SizeRight - right, Width - x) : 1;      // neighbours that lie side by side
        length = Math.Min((taps * Channels) - channel, wanted);
        return inside ? (((y * Width) + x) * Channels) + channel : -1;
    }
}
