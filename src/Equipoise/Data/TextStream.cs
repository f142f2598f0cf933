using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Equipoise.Data;

/// <summary>The content of a data file as it is read, plain or gzip, looked through on the way: whether it is whole, whether it is UTF-8, and its hash.</summary>
internal sealed class TextStream : ReadingStream
{
    private const int BufferBytes = 1 << 18;

    private readonly string _path;
    private readonly string _name;
    private readonly Stream _source;
    private readonly byte[] _seal;                             // what must come at the end, and is not handed on; empty for a plain file
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _at;                                           // handed on so far
    private int _checked;                                      // may be handed on
    private int _filled;                                       // read so far
    private bool _ended;
    private long _lines = 1;

    /// <summary>Opens a file; <see cref="Head"/> is there at once.</summary>
    public TextStream(string path)
    {
        _path = path;
        _name = Path.GetFileName(path);
        (_source, _seal) = DataFile.Open(path);
        Fill();
    }

    /// <summary>The beginning of the content.</summary>
    public ReadOnlySpan<byte> Head => _buffer.AsSpan(0, _checked);

    /// <summary>Bytes of content read and looked through so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The fingerprint, once all is read.</summary>
    public Fingerprint Fingerprint(int rows, int columns) => new(Convert.ToHexStringLower(_hash.GetCurrentHash()), Bytes, rows, columns);

    public override int Read(Span<byte> buffer)
    {
        if (_at == _checked)
        {
            if (_ended) return 0;
            Fill();
        }
        int count = Math.Min(buffer.Length, _checked - _at);
        _buffer.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }

    // Moves what is not handed on to the front, and reads until at least one more byte may be handed on.
    private void Fill()
    {
        _buffer.AsSpan(_checked, _filled - _checked).CopyTo(_buffer);
        _filled -= _checked;
        _at = _checked = 0;
        while (!_ended && _filled < BufferBytes)
        {
            int read = ReadSource();
            _ended = read == 0;
            _filled += read;
        }
        int end = _filled - _seal.Length;
        if (_ended && _seal.Length > 0 && (end < 0 || !_buffer.AsSpan(end, _seal.Length).SequenceEqual(_seal))) throw DataFile.Broken(_path, Bytes + Math.Max(0, end), null);
        var content = _buffer.AsSpan(0, end);
        if (!_ended) content = content[..^Unfinished(content)];
        Check(content);
        _hash.AppendData(content);
        Bytes += content.Length;
        _lines += content.Count((byte)'\n');
        _checked = content.Length;
        if (_ended) _filled = _checked;
    }

    private int ReadSource()
    {
        try
        {
            return _source.Read(_buffer, _filled, BufferBytes - _filled);
        }
        catch (InvalidDataException fault)
        {
            throw DataFile.Broken(_path, Bytes, fault);
        }
    }

    // Bytes at the end that begin a character and do not end it.
    private static int Unfinished(ReadOnlySpan<byte> content)
    {
        for (int back = 1; back <= Math.Min(3, content.Length); back++)
        {
            byte b = content[^back];
            if (b < 0x80) return 0;
            if (b >= 0xc0) return back < (b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2) ? back : 0;
        }
        return 0;
    }

    private void Check(ReadOnlySpan<byte> content)
    {
        if (Bytes == 0 && (content is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])) throw new DataException($"{_name}: the file is in UTF-16. Save it as UTF-8.");
        if (Utf8.IsValid(content)) return;
        long line = _lines;
        int at = 0;
        while (Rune.DecodeFromUtf8(content[at..], out var rune, out int length) == OperationStatus.Done)
        {
            if (rune.Value == '\n') line++;
            at += length;
        }
        throw new DataException(string.Create(CultureInfo.InvariantCulture,
            $"{_name}: line {line} is not UTF-8: byte 0x{content[at]:x2} at offset {Bytes + at:N0}. Save the file as UTF-8 (from Latin-1: 'iconv -f latin1 -t utf-8')."));
    }
}
