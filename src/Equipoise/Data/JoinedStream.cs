namespace Equipoise.Data;

/// <summary>One stream behind the other, to read.</summary>
internal sealed class JoinedStream(Stream first, Stream second) : ReadingStream
{
    private bool _over;

    public override int Read(Span<byte> buffer)
    {
        if (!_over)
        {
            int read = first.Read(buffer);
            if (read > 0 || buffer.IsEmpty) return read;
            _over = true;
        }
        return second.Read(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            first.Dispose();
            second.Dispose();
        }
        base.Dispose(disposing);
    }
}
