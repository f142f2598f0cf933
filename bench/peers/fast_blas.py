"""Makes OpenBLAS take its fastest kernels. Import it before anything that loads OpenBLAS.

OpenBLAS 0.3.21 falls back to kernels of 2004 (SSE3) on processors that are newer than itself: five times slower than what the same library can do there.
So the kernels are named by what the processor can: the peer is to be at its best.
"""
import os

if not os.environ.get('OPENBLAS_CORETYPE'):
    os.environ.pop('OPENBLAS_CORETYPE', None)
    try: flags = next(l for l in open('/proc/cpuinfo') if l.startswith('flags')).split()
    except (OSError, StopIteration): flags = []
    if {'avx512f', 'avx512dq', 'avx512bw', 'avx512vl'} <= set(flags): os.environ['OPENBLAS_CORETYPE'] = 'SkylakeX'
    elif {'avx2', 'fma'} <= set(flags): os.environ['OPENBLAS_CORETYPE'] = 'Haswell'


def kernels():
    """The kernels that the loaded OpenBLAS took, or nothing if there is none."""
    import ctypes
    try:
        blas = ctypes.CDLL('libopenblas.so.0')
        blas.openblas_get_corename.restype = ctypes.c_char_p
        return blas.openblas_get_corename().decode()
    except (OSError, AttributeError):
        return ''
