using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Tests.Kernels;

public sealed class CacheLinesTests
{
    [Fact]
    public void Fetching_leaves_numbers_as_they_are_and_takes_spans_of_any_length()
    {
        float[] numbers = [.. Enumerable.Range(0, 70).Select(i => (float)i)];
        for (int start = 0; start <= numbers.Length; start++)
        {
            for (int length = 0; length <= numbers.Length - start; length++) CacheLines.Fetch(numbers.AsSpan(start, length));
        }
        CacheLines.Fetch([]);
        Assert.Equal(Enumerable.Range(0, 70).Select(i => (float)i), numbers);
    }
}
