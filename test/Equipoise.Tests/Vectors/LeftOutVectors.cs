namespace Equipoise.Tests.Vectors;

/// <summary>Vectors of the reference library that are not checked, each with the reason.</summary>
internal static class LeftOutVectors
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["loss.circle.0e55195527"] = "reference embeddings beside those of the batch are not offered",
        ["class_weight.class_weight_to_sample_weights.67789682f8"] = "labels of classes that are no whole numbers (0.6), which are refused before training",
        ["metric.Recall.96a115267b"] = "a weight for each label of an item, with the k largest: weights here are those of items",
    };

    /// <summary>The ids that are to be checked.</summary>
    public static IEnumerable<string> Kept(this IEnumerable<Equipoise.Testing.Vectors.VectorCase> vectors) => vectors.Select(v => v.Id).Where(id => !Reasons.ContainsKey(id));
}
