namespace Equipoise.Trials;

/// <summary>What a doubled weight did to the raw loss of an output.</summary>
/// <param name="Output">The output.</param>
/// <param name="Before">Its raw loss with the weights of the run.</param>
/// <param name="Unchanged">Mean over the orders after the steps without a change.</param>
/// <param name="Doubled">Mean after the same steps with the doubled weight.</param>
/// <param name="Change">Mean of doubled − unchanged.</param>
/// <param name="Low">Lower end of the interval of the change; −∞ with one order.</param>
/// <param name="High">Upper end.</param>
/// <param name="Predicted">The change to first order; NaN where it is not known.</param>
public sealed record DoubledLoss(string Output, double Before, double Unchanged, double Doubled, double Change, double Low, double High, double Predicted)
{
    /// <summary><c>falls</c>, <c>rises</c>, or <c>unclear</c>: it may be chance.</summary>
    public string Verdict => High < 0 ? "falls" : Low > 0 ? "rises" : "unclear";
}
