namespace Equipoise.Trials;

/// <summary>How weights are calibrated.</summary>
public sealed record CalibrationPlan
{
    /// <summary>What they are made by.</summary>
    public CalibrationRule Rule { get; init; }

    /// <summary>For <see cref="CalibrationRule.Shares"/>: the share of each output; they need not add up to 1.</summary>
    public IReadOnlyDictionary<string, double> Shares { get; init; } = new Dictionary<string, double>();

    /// <summary>Steps of each training; figures are of its last quarter.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Epochs of each training in place of steps; null: steps.</summary>
    public int? Epochs { get; init; }

    /// <summary>Seeds: that of the config and those that follow.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>How often new weights are tried and mended at the most: with other weights the outputs learn otherwise, so the first proposal is seldom right.</summary>
    public int Rounds { get; init; } = 3;
}
