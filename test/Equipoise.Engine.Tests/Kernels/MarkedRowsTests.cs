using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Tests.Kernels;

public class MarkedRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(32)]
    [InlineData(33)]
    public void Squares_of_marked_rows_have_the_bits_of_those_of_the_whole_table(int width)
    {
        foreach (int rows in new[] { 1, 2, 63, 64, 65, 300, 1023 })
        {
            foreach (int each in new[] { 1, 2, 5, 40, 2000 })
            {
                var random = new RandomStream((ulong)each);
                var table = new float[rows * width];
                var marks = new RowMarks(rows);
                marks.Clear();
                for (int row = each - 1; row < rows; row += 1 + random.Below((ulong)row, each))
                {
                    marks.Mark(row);
                    for (int c = 0; c < width; c++) table[(row * width) + c] = 1e10f * (float)random.Derive(1).Normal((ulong)((row * width) + c));
                }
                Assert.Equal(BitConverter.DoubleToInt64Bits(Reductions.SumOfSquaresDouble(table)), BitConverter.DoubleToInt64Bits(MarkedRows.SumOfSquaresDouble(table, marks)));
            }
        }
    }

    [Fact]
    public void Rows_without_a_mark_are_not_read()
    {
        var marks = new RowMarks(100);
        marks.Clear();
        marks.Mark(50);
        float[] table = new float[1600];
        Array.Fill(table, float.NaN);
        table.AsSpan(800, 16).Fill(2);
        Assert.Equal(64, MarkedRows.SumOfSquaresDouble(table, marks));
        table[810] = float.NaN;
        Assert.True(double.IsNaN(MarkedRows.SumOfSquaresDouble(table, marks)));
    }

    [Fact]
    public void A_table_of_another_number_of_rows_is_refused() => Assert.Throws<ArgumentException>(() => MarkedRows.SumOfSquaresDouble(new float[31], new RowMarks(10)));
}
