using System.Collections;
using Equipoise.Testing.Vectors;
using Equipoise.Tests.Activations;
using Equipoise.Tests.Initializers;
using Equipoise.Tests.Layers;
using Equipoise.Tests.Losses;
using Equipoise.Tests.Metrics;
using Equipoise.Tests.Optimizers;
using Equipoise.Tests.Regularizers;
using Equipoise.Tests.Schedules;
using Equipoise.Tests.Training;

namespace Equipoise.Tests.Vectors;

/// <summary>No vector of the reference library is forgotten: each is among the cases of a test, or listed with a reason.</summary>
public sealed class VectorCoverageTests
{
    // Where the vectors of each kind are run.
    private static readonly Dictionary<string, IEnumerable[]> Cases = new()
    {
        ["activation"] = [ActivationTests.Vectors],
        ["callback"] = [CallbackVectorTests.Stopping, CallbackVectorTests.Reducing],
        ["class_weight"] = [CompileVectorTests.ClassWeights],
        ["compile_loss"] = [CompileVectorTests.Losses],
        ["compile_metrics"] = [CompileVectorTests.MetricIds],
        ["fit"] = [FitVectorTests.Ids],
        ["initializer"] = [InitializerTests.Ids],
        ["initializer_scale"] = [InitializerTests.ScaleIds],
        ["layer"] = [LayerVectorTests.Ids, SequenceLayerVectorTests.Ids, AttentionTests.MultiHeadIds, AttentionTests.DotIds],
        ["loss"] = [LossVectorTests.Ids],
        ["metric"] = [MetricVectorTests.Ids, MetricVectorTests.ValueIds],
        ["optimizer"] = [OptimizerVectorTests.Ids],
        ["regularizer"] = [RegularizerTests.Ids],
        ["schedule"] = [ScheduleTests.Ids],
    };

    public static TheoryData<string> Kinds => [.. Cases.Keys];

    [Theory, MemberData(nameof(Kinds))]
    public void Every_vector_is_checked_or_left_out_with_a_reason(string kind)
    {
        string[] checkedIds = [.. Cases[kind].SelectMany(Ids)], all = [.. VectorFile.Of(kind).Select(v => v.Id)];
        Assert.NotEmpty(all);
        Assert.Empty(all.Except(checkedIds).Except(LeftOutVectors.Reasons.Keys));
        Assert.Empty(checkedIds.Except(all));
    }

    [Fact]
    public void What_is_left_out_is_there_is_not_checked_and_has_a_reason()
    {
        string[] checkedIds = [.. Cases.Values.SelectMany(c => c).SelectMany(Ids)];
        Assert.All(LeftOutVectors.Reasons, entry =>
        {
            Assert.Contains(VectorFile.All, v => v.Id == entry.Key);
            Assert.DoesNotContain(entry.Key, checkedIds);
            Assert.True(entry.Value.Length > 20, entry.Key);
        });
    }

    [Fact]
    public void No_kind_of_the_reference_library_is_forgotten()
        => Assert.Empty(VectorFile.All.Where(v => v.Json.TryGetProperty("source", out var source) && source.GetString()!.Contains("keras", StringComparison.Ordinal)).Select(v => v.Kind).Distinct().Except(Cases.Keys));

    private static IEnumerable<string> Ids(IEnumerable data)
    {
        foreach (object row in data)
        {
            object value = row is object[] array ? array[0] : row;
            yield return value is VectorCase vector ? vector.Id : (string)value;
        }
    }
}
