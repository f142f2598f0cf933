using System.Text;

namespace Equipoise.Benchmarks.Tests;

public sealed class NumpyFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    // The format: numpy/lib/format.py, version 1.0.
    [Fact]
    public void A_matrix_has_its_type_and_shape_in_the_header_and_values_from_a_multiple_of_64_on()
    {
        NumpyFile.Write(_file, [1f, 2, 3, 4, 5, -6.5f], 2, 3);
        byte[] bytes = File.ReadAllBytes(_file);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        int header = BitConverter.ToUInt16(bytes, 8);
        Assert.Equal(0, (10 + header) % 64);
        string text = Encoding.ASCII.GetString(bytes, 10, header);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, ), }", text, StringComparison.Ordinal);
        Assert.EndsWith(" \n", text, StringComparison.Ordinal);
        Assert.Equal(10 + header + 24, bytes.Length);
        Assert.Equal(-6.5f, BitConverter.ToSingle(bytes, bytes.Length - 4));
    }

    [Fact]
    public void Indices_are_written_as_integers()
    {
        NumpyFile.Write(_file, [7, 8], 2);
        byte[] bytes = File.ReadAllBytes(_file);
        Assert.Contains("'<i4'", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(8, BitConverter.ToInt32(bytes, bytes.Length - 4));
    }
}
