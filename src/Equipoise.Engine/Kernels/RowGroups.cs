namespace Equipoise.Engine.Kernels;

/// <summary>Where 25 rows of A lie: five groups, anywhere, of five rows at the same distances. What is not there repeats another.</summary>
internal readonly record struct RowGroups(nint Group0, nint Group1, nint Group2, nint Group3, nint Group4, nint Row1, nint Row2, nint Row3, nint Row4);
