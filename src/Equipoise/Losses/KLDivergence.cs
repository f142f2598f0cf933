using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Kullback-Leibler divergence of predicted from wanted probabilities: for targets that are distributions.</summary>
/// <remarks>
/// value = Σ t log(t / p), both first clipped to [1e-7, 1]. Nothing is normalised: predictions should sum to 1, as after a softmax.
/// The gradient is 0 for predictions outside the bounds. For the same gradient without clipping use categorical cross-entropy on logits.
/// </remarks>
public sealed record KLDivergence : Loss
{
    /// <inheritdoc/>
    public override bool WantsProbabilities => true;

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => ElementLoss.Evaluate(new Formula(), in rows, sum: true);

    private readonly struct Formula : IElementFormula
    {
        public (Vector256<float> Value, Vector256<float> Slope) At(Vector256<float> prediction, Vector256<float> target)
        {
            var floor = Vector256.Create(Clip.Epsilon);
            var wanted = Vector256.Min(Vector256.Max(target, floor), Vector256<float>.One);
            var given = Vector256.Min(Vector256.Max(prediction, floor), Vector256<float>.One);
            var inside = Vector256.Equals(given, prediction);
            return (wanted * Exponentials.Log(wanted / given), Vector256.ConditionalSelect(inside, -wanted / given, Vector256<float>.Zero));
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.KLDivergence"/>.</summary>
    public static readonly Entry<Loss> KLDivergence = Add("kl_divergence", "divergence of predicted from wanted probabilities", new KLDivergence()).Alias("kullback_leibler_divergence", "kld");
}
