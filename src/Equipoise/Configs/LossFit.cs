using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;

namespace Equipoise.Configs;

/// <summary>Whether a loss makes sense for a type of output, and the usual one.</summary>
internal static class LossFit
{
    /// <summary>The usual loss of a type.</summary>
    public static Loss Default(string type) => type switch
    {
        "number" => new MeanSquaredError(),
        "category" or "ordered_category" => new SparseCategoricalCrossentropy(),
        "sequence" => new Ctc(),
        _ => new BinaryCrossentropy(),
    };

    /// <summary>Why the usual loss of a type is the usual one.</summary>
    public static string Reason(string type) => type switch
    {
        "number" => "the output is a number; standardised, its loss has the size of the others",
        "category" or "ordered_category" => "each row has exactly one class",
        "binary" => "each row is one of two",
        "sequence" => "nobody says which step of the output belongs to which label",
        _ => "each label by itself may be there or not",
    };

    /// <summary>Whether the loss judges what the layers give as it is, without a projection to the classes: a distance, or an embedding.</summary>
    public static bool TakesLayersAsTheyAre(Loss? loss) => loss is Contrastive || IsOfEmbeddings(loss);

    /// <summary>Whether predictions are vectors that say nothing by themselves, only by their distances.</summary>
    public static bool IsOfEmbeddings(Loss? loss) => loss is Triplet or NtXent or Circle;

    /// <summary>How many numbers the last projection gives.</summary>
    public static int HeadWidth(Loss? loss, int targets) => loss switch
    {
        GaussianNegativeLogLikelihood => 2 * targets,
        ZeroInflatedLogNormal => 3,
        Quantile { PredictsQuantiles: true } several => several.Quantiles.Count,
        Corn => targets - 1,
        CumulativeLink => 1,
        _ => targets,
    };

    /// <summary>Whether predictions are of another form than the labels, and a config knows how to make one of the other.</summary>
    public static bool IsDecoded(Loss? loss) => loss is GaussianNegativeLogLikelihood or ZeroInflatedLogNormal or Quantile { PredictsQuantiles: true } or Corn or CumulativeLink;

    /// <summary>The name of a loss; of several, all their names.</summary>
    public static string NameOf(Loss loss) => loss is CombinedLoss several ? string.Join(" + ", several.Parts.Select(p => NameOf(p.Loss))) : LossCatalog.Catalog.EntryOf(loss).Name;

    /// <summary>Reports a loss that cannot be right for the type of the output.</summary>
    public static void Check(OutputConfig output, Problems problems)
    {
        if (output.Type is not { } type) return;
        var loss = output.Loss ?? Default(type);
        foreach (var part in loss is CombinedLoss several ? several.Parts.Select(p => p.Loss) : [loss])
        {
            if (Fault(output, type, part, alone: loss is not CombinedLoss) is { } fault) output.Report(problems, output.Says("losses") ? "losses" : "loss", fault);
        }
        string name = NameOf(loss);
        if (!output.WeighsClasses) return;
        if (type == "sequence") output.Report(problems, "class_weights", "Class weights are for one class a row, but a sequence has a list of labels. Remove them.");
        else if (type == "number") output.Report(problems, "class_weights", "Class weights are for classes, but the output is a number. Remove them.");
        else if (type == "set" && !(loss.OnLogits ?? loss).TakesLabelWeights) output.Report(problems, "class_weights", $"'{name}' does not weigh labels one by one. Use binary_crossentropy, or remove the class weights.");
    }

    private static string? Fault(OutputConfig output, string type, Loss loss, bool alone)
    {
        string name = NameOf(loss), usual = NameOf(Default(type));
        var link = (loss.OnLogits ?? loss).Link;
        bool softmax = link == OutputLink.Softmax || loss is CategoricalHinge;
        return type switch
        {
            "sequence" when loss is Ctc { Blank: BlankClass.Last } => "The type sequence has its blank as the first class. Remove 'blank'.",
            "sequence" when loss is not Ctc => $"'{name}' wants a label for each step, but a sequence has any number of labels, which are to be aligned with the steps. Use ctc.",
            not "sequence" when loss.Scope == LossScope.Row => $"'{name}' wants a list of labels a row. Use {usual}, or declare the type sequence.",
            _ when !alone && !loss.PredictsTarget => $"'{name}' wants predictions of a form of its own, so it cannot share an output with other losses. Give it an output of its own.",
            "number" when loss is ZeroInflatedLogNormal && output.Encoding is NumberTargetEncoding { Transform: not TargetTransform.None } => $"'{name}' takes the logarithm itself, so it wants the amounts as they are. Remove the 'transform'.",
            "number" when loss is GaussianNegativeLogLikelihood or ZeroInflatedLogNormal or Quantile => null,
            "ordered_category" when loss is Corn or CumulativeLink => null,
            _ when loss is Corn or CumulativeLink => $"'{name}' is for classes in an order, but the output is of the type {type}. Declare the type ordered_category with its 'order', or use {usual}.",
            not "number" when loss is GaussianNegativeLogLikelihood or ZeroInflatedLogNormal or Quantile => $"'{name}' is for numbers, but the output is of the type {type}. Use {usual}, or declare the type number.",
            "binary" when loss is Contrastive => output.Join is EuclideanDistance or CosineDistance || output.Layers.Count > 0 ? null : $"'{name}' judges a distance. Read two inputs or branches ('from: [A, B]') and join them by it: 'join: euclidean_distance'.",
            not "binary" when loss is Contrastive => $"'{name}' wants to know of each row whether its two sides belong together, so the output must be of the type binary, but it is of the type {type}.",
            "category" when IsOfEmbeddings(loss) => output.Layers.Count > 0 ? null : $"'{name}' judges a vector, the result of the output's own layers. Add them: 'layers: [ {{dense: 32}}, unit_normalization ]'.",
            _ when IsOfEmbeddings(loss) => $"'{name}' wants the class of each row, so the output must be of the type category, but it is of the type {type}.",
            not "sequence" when !loss.PredictsTarget => $"'{name}' wants predictions of another form than the output's, which a config cannot declare. Use it from code, or choose {usual}.",
            "set" when softmax => $"'{name}' shares one probability out among the labels, so it wants exactly one label a row, but a set has any number of them. Use binary_crossentropy, or declare the type category if each row has exactly one.",
            "binary" when softmax => $"'{name}' is for three or more classes: a softmax over a single number is always 1. Use binary_crossentropy, or declare the type category.",
            "number" when softmax || link == OutputLink.Sigmoid || loss is Hinge or SquaredHinge => $"'{name}' is for classes, but the output is a number. Use mean_squared_error, mean_absolute_error or huber, or declare the type category or binary.",
            "category" or "ordered_category" or "binary" or "set" when loss is Poisson or Tweedie or MeanAbsolutePercentageError or MeanSquaredLogarithmicError => $"'{name}' is for numbers, but the output is of the type {type}. Use {usual}, or declare the type number.",
            _ => null,
        };
    }
}
