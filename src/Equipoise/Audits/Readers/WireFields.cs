using System.Buffers.Binary;

namespace Equipoise.Audits.Readers;

/// <summary>Walks over the fields of a message in the protocol buffers wire form.</summary>
internal ref struct WireFields(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>Its bytes, if it has a length (texts, messages, packed numbers).</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its bits, if it is a number.</summary>
    public ulong Bits { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <returns>False at the end, or where the bytes are no message.</returns>
    public bool Next()
    {
        if (_rest.IsEmpty || !Varint(out ulong tag)) return false;
        Field = (int)(tag >> 3);
        Bytes = default;
        Bits = 0;
        switch (tag & 7)
        {
            case 0:
                if (!Varint(out ulong bits)) return false;
                Bits = bits;
                return true;
            case 1:
                if (_rest.Length < 8) return false;
                Bits = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[8..];
                return true;
            case 5:
                if (_rest.Length < 4) return false;
                Bits = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[4..];
                return true;
            case 2:
                if (!Varint(out ulong length) || length > (ulong)_rest.Length) return false;
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(10, _rest.Length); i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }
        return false;
    }
}
