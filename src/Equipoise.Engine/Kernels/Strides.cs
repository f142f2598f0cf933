namespace Equipoise.Engine.Kernels;

/// <summary>Steps, in numbers, between neighbours of a register block: a[i, k] = a[i·ARow + k·AInner], b[k, j] = b[k·BInner + j], c[i, j] = c[i·CRow + j].</summary>
/// <remarks>ARow and AInner change places between A·B and Xᵀ·D, so that one set of blocks serves both.</remarks>
internal readonly record struct Strides(nint ARow, nint AInner, nint BInner, nint CRow);
