namespace Equipoise.Engine.Kernels;

/// <summary>Steps, in numbers, of a product whose inner index (r, k) goes through runs of equal length: a[i, r, k] = a[i·ARow + r·ARun + k·AInner], b[r, k, j] = b[(r·Length + k)·BInner + j], from the 17th column on b[(r·Length + k)·BInner + BSecond + j - 16], c[i, j] = c[i·CRow + j]. BPadded: rows of b have 16 numbers to read, and 16 more of the second half if the width is beyond 16. The blocks for AVX-512 take BSecond as 16.</summary>
internal readonly record struct RunSteps(nint ARow, nint AInner, nint ARun, nint BInner, nint BSecond, nint CRow, int Runs, int Length, bool BPadded);
