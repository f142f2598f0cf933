using System.Globalization;
using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class ColumnLoopTests
{
    private const int Columns = 20, Rows = 6000;               // enough cells for several threads

    [Fact]
    public void Many_columns_are_encoded_as_each_alone()
    {
        var table = Numbers((c, row) => (c == 3 && row % 7 == 0) || (c == 11 && row % 5 == 0) ? null : ((row * 31 % 1009) + (c * 0.25)).ToString(CultureInfo.InvariantCulture));
        var all = (NumbersColumn)new NumberEncoding(Clip: 2).Fit(table, table.Names).Encode(table);
        Assert.Equal(Columns + 2, all.Width);
        for (int c = 0, indicator = Columns; c < Columns; c++)
        {
            var alone = (NumbersColumn)new NumberEncoding(Clip: 2).Fit(table, [table.Names[c]]).Encode(table);
            int indicatorPlace = alone.Width == 2 ? indicator++ : -1;
            for (int row = 0; row < Rows; row++)
            {
                Assert.Equal(alone.Values.Span(0, Rows * alone.Width)[row * alone.Width], all.Values.Span(0, Rows * all.Width)[(row * all.Width) + c]);
                if (indicatorPlace >= 0) Assert.Equal(alone.Values.Span(0, Rows * 2)[(row * 2) + 1], all.Values.Span(0, Rows * all.Width)[(row * all.Width) + indicatorPlace]);
            }
        }
    }

    [Fact]
    public void Mistakes_are_told_in_the_order_of_the_columns_up_to_twenty_and_all_are_counted()
    {
        var table = Numbers((c, row) => row % 1000 == 500 ? "many" : "1");
        var fault = Assert.Throws<DataException>(() => new NumberEncoding().Fit(table, table.Names));
        Assert.Equal(20, fault.Mistakes.Count);
        for (int i = 0; i < 20; i++) Assert.Contains($"row {(i % 6 * 1000) + 501}, column 'c{i / 6}'", fault.Mistakes[i], StringComparison.Ordinal);
        Assert.Equal((Columns * 6) - 20, fault.Further);
    }

    [Fact]
    public void A_column_that_is_not_there_is_told_alone()
    {
        var table = Numbers((_, _) => "1");
        var fault = Assert.Throws<DataException>(() => new NumberEncoding().Fit(table, [.. table.Names, "d7"]));
        Assert.Contains("there is no column 'd7'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_fails_is_told_as_one_thread_would_tell_it()
    {
        var table = Numbers((_, _) => "1");
        var fault = Assert.Throws<IOException>(() => ColumnLoop.Run(table, table.Names, new Mistakes(), (_, c, _) => throw new IOException("The disk is gone.")));
        Assert.Equal("The disk is gone.", fault.Message);
    }

    private static Table Numbers(Func<int, int, string?> cell)
        => new([.. Enumerable.Range(0, Columns).Select(c => $"c{c}")], [.. Enumerable.Range(0, Columns).Select(c => (string?[])[.. Enumerable.Range(0, Rows).Select(row => cell(c, row))])]);
}
