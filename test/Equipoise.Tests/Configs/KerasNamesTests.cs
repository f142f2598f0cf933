using Equipoise.Configs;

namespace Equipoise.Tests.Configs;

/// <summary>Who comes from Keras finds every piece under its name, in snake case; what is called otherwise is in docs/coming-from-keras.md.</summary>
public sealed class KerasNamesTests
{
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["spectral_normalization"] = "spectral_norm",
    };

    public static TheoryData<string, string> Names
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (kind, names) in All)
                foreach (string name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) data.Add(kind, name);
            return data;
        }
    }

    // The classes of Keras 3.16.
    private static readonly (string Kind, string Names)[] All =
    [
        ("loss", "mean_squared_error mean_absolute_error mean_absolute_percentage_error mean_squared_logarithmic_error cosine_similarity huber log_cosh hinge squared_hinge categorical_hinge kl_divergence poisson " +
            "binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy sparse_categorical_crossentropy categorical_generalized_cross_entropy dice tversky circle ctc"),
        ("metric", "accuracy binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy sparse_top_k_categorical_accuracy mean_squared_error root_mean_squared_error mean_absolute_error " +
            "mean_absolute_percentage_error mean_squared_logarithmic_error cosine_similarity log_cosh_error kl_divergence poisson binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy hinge " +
            "squared_hinge categorical_hinge auc precision recall true_positives true_negatives false_positives false_negatives precision_at_recall recall_at_precision sensitivity_at_specificity " +
            "specificity_at_sensitivity f1_score fbeta_score iou binary_iou mean_iou one_hot_iou one_hot_mean_iou r2_score pearson_correlation concordance_correlation mean sum"),
        ("layer", "dense embedding lstm gru simple_rnn bidirectional conv1d conv2d depthwise_conv1d depthwise_conv2d separable_conv1d separable_conv2d conv1d_transpose conv2d_transpose max_pooling1d max_pooling2d " +
            "average_pooling1d average_pooling2d global_max_pooling1d global_max_pooling2d global_average_pooling1d global_average_pooling2d zero_padding1d zero_padding2d cropping1d cropping2d up_sampling1d " +
            "up_sampling2d batch_normalization layer_normalization group_normalization rms_normalization unit_normalization spectral_normalization dropout spatial_dropout1d spatial_dropout2d gaussian_dropout " +
            "alpha_dropout gaussian_noise flatten reshape permute repeat_vector concatenate add subtract multiply average maximum minimum dot multi_head_attention attention additive_attention masking normalization " +
            "rescaling activation softmax prelu"),
        ("activation", "linear relu relu6 leaky_relu sigmoid hard_sigmoid tanh hard_tanh softmax log_softmax softplus softsign exponential elu selu celu silu swish hard_silu hard_swish gelu mish log_sigmoid squareplus " +
            "sparse_plus sparse_sigmoid tanh_shrink soft_shrink hard_shrink threshold glu sparsemax"),
        ("optimizer", "sgd rmsprop adam adamw adadelta adagrad adamax nadam ftrl lion lamb adafactor muon schedule_free_adamw"),
        ("schedule", "exponential_decay piecewise_constant_decay polynomial_decay inverse_time_decay cosine_decay cosine_decay_restarts"),
        ("initializer", "zeros ones constant identity random_normal random_uniform truncated_normal variance_scaling glorot_normal glorot_uniform he_normal he_uniform lecun_normal lecun_uniform orthogonal"),
        ("regularizer", "l1 l2 l1l2 orthogonal_regularizer"),
        ("constraint", "max_norm min_max_norm non_neg unit_norm"),
    ];

    [Theory, MemberData(nameof(Names))]
    public void Every_piece_is_found_under_its_name(string kind, string name)
    {
        if (Renamed.TryGetValue(name, out string? ours))
        {
            Assert.Contains(CatalogBook.Pages, p => p.Entries.Any(e => e.Name == ours));
            Assert.Contains($"`{ours}`", Repository.Read("docs/coming-from-keras.md"), StringComparison.Ordinal);
            return;
        }
        Assert.NotNull(CatalogBook.Find(CatalogBook.Find(kind), name));
    }

    [Fact]
    public void All_44_metrics_are_there() => Assert.Equal(44, All.Single(a => a.Kind == "metric").Names.Split(' ').Length);

    [Fact]
    public void No_name_means_two_things() => Assert.All(CatalogBook.Pages.Where(p => p.Kind != "config"), page =>
    {
        string[] names = [.. page.Entries.SelectMany(e => e.Aliases.Prepend(e.Name))];
        Assert.Equal(names.Distinct(), names);
    });
}
