using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class ZeroRowsTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(8), InlineData(9), InlineData(40)]
    public void One_number_anywhere_makes_a_row_count(int width)
    {
        float[] row = new float[width];
        Assert.True(ZeroRows.IsZero(row));
        for (int i = 0; i < width; i++)
        {
            foreach (float x in (float[])[1, -1e-45f, float.NaN, float.PositiveInfinity])
            {
                row[i] = x;
                Assert.False(ZeroRows.IsZero(row));
            }
            row[i] = -0f;
            Assert.True(ZeroRows.IsZero(row));
        }
    }

    [Fact]
    public void Zero_rows_are_counted_and_masked()
    {
        float[] x = [0, 0, 0, 1, 0, 0, 2, 3];
        Assert.Equal(2, ZeroRows.Count(x, 2, 4));
        float[] mask = new float[4];
        ZeroRows.Mask(x, 2, mask);
        Assert.Equal([0, 1, 0, 1], mask);
    }
}
