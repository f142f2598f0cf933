using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;

namespace Equipoise.Runs;

/// <summary>What a config gets where it says nothing: usual metrics, layers and encodings. Written as a config would say them.</summary>
internal static class UsualParts
{
    /// <summary>The type of an input that a kind of column usually gets.</summary>
    public static string InputType(ColumnKind kind) => kind switch
    {
        ColumnKind.Text => "text",
        _ => OutputType(kind)!,
    };

    /// <summary>The type of an output that a kind of column usually gets; null for texts, which cannot be predicted.</summary>
    public static string? OutputType(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "number",
        ColumnKind.Category => "category",
        ColumnKind.OrderedCategory => "ordered_category",
        ColumnKind.Binary => "binary",
        ColumnKind.Set => "set",
        _ => null,
    };

    /// <summary>The metrics of an output type.</summary>
    public static string MetricText(string type) => type switch
    {
        "number" => "[mae, rmse, r2]",
        "binary" => "[accuracy, auc]",
        "sequence" => "[sequence_error_rate]",
        "set" => "[{f1: {average: micro}}, average_precision, hamming_loss]",
        _ => "[accuracy, {f1: {average: macro}}]",
    };

    /// <summary>The metrics of an output; none where its predictions are vectors that say nothing by themselves.</summary>
    public static IReadOnlyList<Metric> Metrics(string type, Loss? loss) => LossFit.IsOfEmbeddings(loss) ? [] : loss is Quantile { PredictsQuantiles: true } ? [new Mae(), new QuantileCoverage(), new IntervalCoverage()] : Metrics(type);

    public static IReadOnlyList<Metric> Metrics(string type) => ReadList(MetricText(type), MetricCatalog.Catalog);

    /// <summary>The layers between an input and the trunk.</summary>
    public static string InputLayerText(InputForm form, string kind, int width, bool wordLike) => form switch
    {
        InputForm.Bag => "[ {bag_of_tokens: 128}, relu ]",
        InputForm.Indices when kind == "text" => wordLike
            ? "[ {embedding: 64, mask_zero: true}, global_average_pooling1d ]"
            : "[ {embedding: 32, mask_zero: true}, {bidirectional: {lstm: 64}} ]",
        InputForm.Indices => "[ {embedding: 16}, flatten ]",
        _ => "[]",
    };

    public const string ImageLayers = "[ {conv2d: 16, kernel_size: 3, activation: relu}, {max_pooling2d: 2}, {conv2d: 32, kernel_size: 3, activation: relu}, {max_pooling2d: 2}, flatten ]";

    public const string Trunk = "[ {dense: 128, activation: relu}, {dropout: 0.1} ]";

    public static IReadOnlyList<Layer> Layers(string text)
    {
        var problems = new Problems();
        var layers = Keys.ReadLayers(ConfigText.Read(text, problems), text, problems);
        return problems.Any ? throw new InvalidOperationException($"The usual layers '{text}' cannot be read: {problems.All[0].Message}") : layers;
    }

    private static List<T> ReadList<T>(string text, Catalog<T> catalog) where T : class
    {
        var problems = new Problems();
        var list = ConfigText.Read(text, problems).Items!.Select(item => catalog.Read(item, text, problems)).OfType<T>().ToList();
        return problems.Any ? throw new InvalidOperationException($"The usual parts '{text}' cannot be read: {problems.All[0].Message}") : list;
    }
}
