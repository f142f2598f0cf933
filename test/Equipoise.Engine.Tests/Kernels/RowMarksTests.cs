using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public class RowMarksTests
{
    public static TheoryData<int> Counts => [1, 2, 63, 64, 65, 127, 128, 129, 2047, 2048, 2049, 5000];

    [Theory, MemberData(nameof(Counts))]
    public void All_rows_are_marked_to_begin_with_and_found_as_one(int rows)
    {
        var marks = new RowMarks(rows);
        int row = 0;
        Assert.True(marks.Next(ref row, rows, out int count));
        Assert.Equal((0, rows), (row, count));
        row += count;
        Assert.False(marks.Next(ref row, rows, out count));
        Assert.Equal((rows, 0), (row, count));
    }

    [Theory, MemberData(nameof(Counts))]
    public void Marked_rows_are_found_in_order_from_any_row_to_any_end(int rows)
    {
        var marks = new RowMarks(rows);
        marks.Clear();
        bool[] marked = new bool[rows];
        for (int row = 0; row < rows; row++)
        {
            if (row * 7919 % 11 > 6 || row is > 100 and < 300) Mark(row);
        }
        foreach (var (first, end) in new[] { (0, rows), (rows / 3, rows), (0, (2 * rows) / 3), (rows / 2, (rows / 2) + 1), (rows, rows) })
        {
            if (end > rows) continue;
            var found = new List<int>();
            for (int row = first; marks.Next(ref row, end, out int count); row += count) found.AddRange(Enumerable.Range(row, count));
            Assert.Equal(Enumerable.Range(first, end - first).Where(r => marked[r]), found);
        }
        Assert.Equal(marked, Enumerable.Range(0, rows).Select(marks.IsMarked));

        void Mark(int row)
        {
            marks.Mark(row);
            marked[row] = true;
        }
    }

    [Theory, MemberData(nameof(Counts))]
    public void Parts_mark_and_clear_their_own_rows_alone(int rows)
    {
        const int Width = 3;
        int[] indices = [.. Enumerable.Range(0, 400).Select(i => i * 7919 % rows)];
        var marks = new RowMarks(rows);
        marks.Clear();
        float[] row = [.. Enumerable.Repeat(1f, Width)], table = new float[rows * Width];
        TableRows.Scatter(indices, new float[indices.Length * Width], Width, table, 5, 9, marks);
        foreach (int index in indices) TableRows.ScatterWeighted([index], [0], row, table, 0, 5, marks);
        bool[] want = [.. Enumerable.Range(0, rows).Select(r => (r / 64 % TableRows.Parts) < 14 && Array.IndexOf(indices, r) >= 0)];
        Assert.Equal(want, Enumerable.Range(0, rows).Select(marks.IsMarked));

        for (int r = 0; r < rows; r++) table.AsSpan(r * Width, Width).Fill(want[r] ? 1 : 0);
        marks.Clear(table, Width, 5, 9);
        for (int r = 0; r < rows; r++)
        {
            bool cleared = want[r] && r / 64 % TableRows.Parts >= 5;
            Assert.Equal(want[r] && !cleared, marks.IsMarked(r));
            for (int c = 0; c < Width; c++) Assert.Equal(want[r] && !cleared ? 1 : 0, table[(r * Width) + c]);
        }
    }

    [Theory, MemberData(nameof(Counts))]
    public void Marks_of_another_are_added_within_a_range(int rows)
    {
        RowMarks sum = new(rows), other = new(rows);
        sum.Clear();
        other.Clear();
        for (int row = 0; row < rows; row += 3) sum.Mark(row);
        for (int row = 0; row < rows; row += 2) other.Mark(row);
        int first = rows / 5, end = rows - (rows / 7);
        sum.Add(other, first, end);
        Assert.Equal(Enumerable.Range(0, rows).Select(r => r % 3 == 0 || (r % 2 == 0 && r >= first && r < end)), Enumerable.Range(0, rows).Select(sum.IsMarked));
        sum.Unmark(0);
        Assert.False(sum.IsMarked(0));
        Assert.Throws<ArgumentException>(() => sum.Add(new RowMarks(rows + 1), 0, 1));
    }

    [Fact]
    public void A_row_outside_the_table_is_refused()
    {
        var marks = new RowMarks(70);
        Assert.Throws<ArgumentOutOfRangeException>(() => marks.Mark(70));
        Assert.Throws<ArgumentOutOfRangeException>(() => marks.Mark(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowMarks(0));
    }
}
