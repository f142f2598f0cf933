using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Equipoise.Benchmarks;

/// <summary>Products of OpenBLAS on one thread, if it is installed: the peer of our own products. Called in this very process, so that both sides take turns within a millisecond.</summary>
internal sealed unsafe class OpenBlas
{
    public const string HowToInstall = "To have it: apt-get install libopenblas0-openmp.";
    private const string KernelsVariable = "OPENBLAS_CORETYPE";
    private const int RowMajor = 101, AsItIs = 111, Transposed = 112;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;

    private OpenBlas(IntPtr library)
    {
        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        string Text(string function) => Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)NativeLibrary.GetExport(library, function))()) ?? "";
        Version = $"{string.Join(' ', Text("openblas_get_config").Split(' ')[..2])}, kernels {Text("openblas_get_corename")}, 1 thread";
    }

    /// <summary>Its version and the processor that it took its kernels for.</summary>
    public string Version { get; }

    /// <summary>Null if it is not installed.</summary>
    public static OpenBlas? Load()
    {
        ChooseKernels();
        return NativeLibrary.TryLoad("libopenblas.so.0", out IntPtr library) || NativeLibrary.TryLoad("openblas", out library) ? new OpenBlas(library) : null;
    }

    // On a processor that is newer than itself OpenBLAS falls back to kernels of 2004 (SSE3), five times slower than what it could do. So the kernels are named by what
    // the processor can. Environment.SetEnvironmentVariable is not seen by native code, hence setenv.
    private static void ChooseKernels()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(KernelsVariable)) || !NativeLibrary.TryLoad("libc.so.6", out IntPtr library)) return;
        string? kernels = Avx512DQ.VL.IsSupported && Avx512BW.VL.IsSupported ? "SkylakeX" : Avx2.IsSupported && Fma.IsSupported ? "Haswell" : null;
        if (kernels is null) return;
        fixed (byte* name = Encoding.ASCII.GetBytes(KernelsVariable + "\0"), value = Encoding.ASCII.GetBytes(kernels + "\0"))
        {
            _ = ((delegate* unmanaged<byte*, byte*, int, int>)NativeLibrary.GetExport(library, "setenv"))(name, value, 1);
        }
    }

    /// <summary>C [rows, columns] = A·B; A is [rows, inner], or transposed in memory [inner, rows]; B is [inner, columns], or [columns, inner].</summary>
    public void Multiply(bool transposeA, bool transposeB, int rows, int columns, int inner, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c)
    {
        fixed (float* pa = a, pb = b, pc = c)
        {
            _sgemm(RowMajor, transposeA ? Transposed : AsItIs, transposeB ? Transposed : AsItIs, rows, columns, inner, 1, pa, transposeA ? rows : inner, pb, transposeB ? inner : columns, 0, pc, columns);
        }
    }
}
