using System.Buffers;

namespace Equipoise.Engine.Execution;

/// <summary>Values of a <see cref="MappedFile"/>, which stays where it is for good: nothing has to be pinned or given back.</summary>
internal sealed unsafe class MappedMemory<T>(T* start, int count) : MemoryManager<T> where T : unmanaged
{
    public override Span<T> GetSpan() => new(start, count);

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
