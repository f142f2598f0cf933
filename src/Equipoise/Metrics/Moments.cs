namespace Equipoise.Metrics;

/// <summary>Weighted means, variances and covariance of predictions and targets of one column, without cancellation.</summary>
/// <remarks>Source: West, "Updating Mean and Variance Estimates: An Improved Method", 1979; merging: Chan, Golub and LeVeque, 1979, equation 2.1.</remarks>
internal struct Moments
{
    public double Weight, MeanPrediction, MeanTarget;

    /// <summary>Σ w (x − mean)², and Σ w (p − mean p)(t − mean t): divide by the weight for variances and covariance.</summary>
    public double SquaresPrediction, SquaresTarget, Products;

    public void Add(double prediction, double target, double weight)
    {
        Weight += weight;
        double offPrediction = prediction - MeanPrediction, offTarget = target - MeanTarget, share = weight / Weight;
        MeanPrediction += share * offPrediction;
        MeanTarget += share * offTarget;
        SquaresPrediction += weight * offPrediction * (prediction - MeanPrediction);
        SquaresTarget += weight * offTarget * (target - MeanTarget);
        Products += weight * offPrediction * (target - MeanTarget);
    }

    public void Add(in Moments other)
    {
        if (other.Weight == 0) return;
        double sum = Weight + other.Weight, share = other.Weight / sum, both = Weight * share;
        double offPrediction = other.MeanPrediction - MeanPrediction, offTarget = other.MeanTarget - MeanTarget;
        SquaresPrediction += other.SquaresPrediction + both * offPrediction * offPrediction;
        SquaresTarget += other.SquaresTarget + both * offTarget * offTarget;
        Products += other.Products + both * offPrediction * offTarget;
        MeanPrediction += share * offPrediction;
        MeanTarget += share * offTarget;
        Weight = sum;
    }

    /// <summary>Pearson's correlation; 0 if either is constant.</summary>
    public readonly double Pearson => Labels.Ratio(Products, Math.Sqrt(SquaresPrediction) * Math.Sqrt(SquaresTarget));

    /// <summary>Lin's concordance: 2 cov / (var + var + (difference of means)² + 1e-7).</summary>
    public readonly double Concordance
    {
        get
        {
            if (Weight == 0) return 0;
            double apart = MeanPrediction - MeanTarget;
            return 2 * Products / Weight / (SquaresPrediction / Weight + SquaresTarget / Weight + apart * apart + Probability.Epsilon);
        }
    }
}
