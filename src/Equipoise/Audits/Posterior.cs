namespace Equipoise.Audits;

/// <summary>What a candidate says of the log, line by line, once it is fitted. n rows, k parts.</summary>
/// <param name="Evidence">Logarithm of the evidence.</param>
/// <param name="Weights">Weights of the parts at each line [k][n].</param>
/// <param name="WeightSpreads">Their standard deviations [k][n].</param>
/// <param name="Rest">The slow term, or the sum of the logarithms, at each line [n]; zeros without one.</param>
/// <param name="RestSpreads">Its standard deviations [n].</param>
internal sealed record Posterior(double Evidence, double[][] Weights, double[][] WeightSpreads, double[] Rest, double[] RestSpreads);
