using Equipoise.Engine.Compilation;

namespace Equipoise.Engine.Execution;

/// <summary>A piece of the pass over parameters: a tile, and the rows that it sums.</summary>
internal readonly record struct TileRows(Tile Tile, int FirstRow, int Rows);
