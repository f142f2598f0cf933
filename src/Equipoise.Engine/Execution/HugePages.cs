using System.Runtime.InteropServices;

namespace Equipoise.Engine.Execution;

/// <summary>Asks the system for large pages behind large buffers. A batch's memory is walked in long strides, and with pages of 4 KiB nearly every one of them is a miss in the table of pages.</summary>
/// <remarks>Only Linux has to be asked (madvise, when transparent huge pages are set to "madvise", as is usual); elsewhere, and where it is refused, nothing happens. A twentieth off the step of recurrent layers.</remarks>
internal static unsafe partial class HugePages
{
    private const int AdviseHugePages = 14;                    // MADV_HUGEPAGE of Linux, the same on all processors
    private const nuint Size = 2 * 1024 * 1024;

    /// <summary>How a buffer of so many bytes should be aligned: to a large page if it spans several, else to a line of the cache.</summary>
    public static nuint AlignmentFor(nuint bytes) => bytes >= 2 * Size ? Size : 64;

    /// <summary>Asks for large pages behind a buffer that was aligned so; before it is first written.</summary>
    public static void Advise(void* start, nuint bytes)
    {
        if (bytes < 2 * Size || !OperatingSystem.IsLinux()) return;
        try
        {
            // A refusal is as good as an answer: the buffer works without.
            _ = MemoryAdvise(start, bytes / Size * Size, AdviseHugePages);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without this C library has its own way with pages.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryAdvise(void* start, nuint bytes, int advice);
}
