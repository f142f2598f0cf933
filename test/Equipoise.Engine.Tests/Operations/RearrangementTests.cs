using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class RearrangementTests
{
    [Fact]
    public void Gradients_of_numbers_used_twice_or_not_at_all_agree_with_differences()
        => FiniteDifferences.Check(new Shape(3, 2), (graph, x) => graph.Add("pick", new Rearrangement("pick", new Shape(3, 2), new Shape(5, 2), at => at[0] == 4 ? null : [at[0] / 3, 1 - at[1]]), x));
}
