namespace Equipoise.Data;

/// <summary>One stream behind the other, to read.</summary>
internal sealed class JoinedStream(Stream first, Stream second) : Stream
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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
