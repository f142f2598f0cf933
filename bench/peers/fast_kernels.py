"""Makes OpenBLAS and PyTorch take their fastest kernels. Import it before anything that loads them.

OpenBLAS 0.3.21 falls back to kernels of 2004 (SSE3) on processors that are newer than itself: five times slower than what the same library can do there.
PyTorch 1.13 takes its AVX-512 loops only if it is told to, and ends with an illegal instruction if it is told so on a processor that has none.
So both are named by what the processor can: the peer is to be at its best.
"""
import os


def _flags():
    try: return set(next(l for l in open('/proc/cpuinfo') if l.startswith('flags')).split())
    except (OSError, StopIteration): return set()


def _name(variable, wide, narrow):
    if os.environ.get(variable): return
    os.environ.pop(variable, None)
    if {'avx512f', 'avx512dq', 'avx512bw', 'avx512vl'} <= _flags(): os.environ[variable] = wide
    elif {'avx2', 'fma'} <= _flags(): os.environ[variable] = narrow


_name('OPENBLAS_CORETYPE', 'SkylakeX', 'Haswell')
_name('ATEN_CPU_CAPABILITY', 'avx512', 'avx2')


def kernels():
    """The kernels that the loaded OpenBLAS took, or nothing if there is none."""
    import ctypes
    try:
        blas = ctypes.CDLL('libopenblas.so.0')
        blas.openblas_get_corename.restype = ctypes.c_char_p
        return blas.openblas_get_corename().decode()
    except (OSError, AttributeError):
        return ''
