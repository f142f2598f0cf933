using System.Globalization;
using System.Security.Cryptography;

namespace Equipoise.Data;

/// <summary>Tells one data file from another: a hash of its content, and its size.</summary>
/// <remarks>The content is what is in the file after decompression, so a file and its gzip form have the same fingerprint.</remarks>
/// <param name="Sha256">SHA-256 of the content, 64 hexadecimal digits in lower case.</param>
/// <param name="Bytes">Length of the content.</param>
/// <param name="Rows">Rows of the table, or items of the array; without the header.</param>
/// <param name="Columns">Columns of the table, or numbers in an item of the array.</param>
public sealed record Fingerprint(string Sha256, long Bytes, int Rows, int Columns)
{
    /// <summary>The fingerprint of a content that holds so many rows and columns.</summary>
    public static Fingerprint Of(ReadOnlySpan<byte> content, int rows, int columns)
        => new(Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, rows, columns);

    /// <summary>The fingerprint in a line: <c>1,462 rows, 10 columns, sha256 1f0c...</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows, {Columns:N0} columns, sha256 {Sha256}");
}
