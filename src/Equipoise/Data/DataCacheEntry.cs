namespace Equipoise.Data;

/// <summary>An encoded table in a <see cref="DataCache"/>.</summary>
/// <param name="Key">What it is kept under.</param>
/// <param name="Source">The file that it was made from, as its config names it.</param>
/// <param name="Rows">Rows in all parts.</param>
/// <param name="Bytes">Bytes on the disk.</param>
/// <param name="Used">When it was made or last used, in UTC.</param>
public sealed record DataCacheEntry(string Key, string Source, long Rows, long Bytes, DateTime Used);
