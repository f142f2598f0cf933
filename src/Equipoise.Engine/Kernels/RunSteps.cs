namespace Equipoise.Engine.Kernels;

/// <summary>Steps, in numbers, of a product whose inner index (r, k) goes through runs of equal length: a[i, r, k] = a[i·ARow + r·ARun + k·AInner], b[r, k, j] = b[(r·Length + k)·BInner + j], c[i, j] = c[i·CRow + j]. BPadded: rows of b have 16 or 32 numbers to read, whatever the width.</summary>
internal readonly record struct RunSteps(nint ARow, nint AInner, nint ARun, nint BInner, nint CRow, int Runs, int Length, bool BPadded);
