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
    /// <summary><c>falls</c>, <c>rises</c>, <c>no change beyond chance</c>, or <c>chance unknown</c> with one order.</summary>
    public string Verdict => double.IsInfinity(Low) ? "chance unknown" : High < 0 ? "falls" : Low > 0 ? "rises" : "no change beyond chance";
}
