namespace Equipoise.Losses;

/// <summary>One row, or one position of a sequence, as a loss over several outputs sees it: what each output predicts, its labels, and room for the slopes.</summary>
/// <remarks>
/// Outputs are counted in the order in which they are named. Predictions are as users see them: probabilities after sigmoid or softmax, numbers in the unit of the data.
/// Labels are in the same unit; a missing one is NaN. Only losses that <see cref="JointLoss.NeedsLabels"/> can rely on them.
/// </remarks>
public readonly ref struct JointRow
{
    private readonly ReadOnlySpan<float> _predictions;
    private readonly ReadOnlySpan<float> _targets;
    private readonly Span<float> _slopes;
    private readonly ReadOnlySpan<int> _places;                // where each output's predictions begin, and where the last ends
    private readonly ReadOnlySpan<int> _targetPlaces;

    /// <summary>A row of outputs that stand one after the other in the spans.</summary>
    /// <param name="predictions">Predictions of all outputs.</param>
    /// <param name="targets">Labels of all outputs.</param>
    /// <param name="slopes">As long as the predictions, zeros.</param>
    /// <param name="places">Where each output's predictions begin, and where the last one's end [outputs + 1].</param>
    /// <param name="targetPlaces">The same for the labels.</param>
    internal JointRow(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, Span<float> slopes, ReadOnlySpan<int> places, ReadOnlySpan<int> targetPlaces)
    {
        _predictions = predictions;
        _targets = targets;
        _slopes = slopes;
        _places = places;
        _targetPlaces = targetPlaces;
    }

    /// <summary>How many outputs there are.</summary>
    public int Outputs => _places.Length - 1;

    /// <summary>What an output predicts: shape [width].</summary>
    public ReadOnlySpan<float> Prediction(int output) => _predictions[_places[output].._places[output + 1]];

    /// <summary>The labels of an output: shape [width], or [1] with the index of a class.</summary>
    public ReadOnlySpan<float> Target(int output) => _targets[_targetPlaces[output].._targetPlaces[output + 1]];

    /// <summary>Shape [width], zeros at first, to be filled: d value ÷ d prediction of an output. Left at 0, the output is not trained by it.</summary>
    public Span<float> Slope(int output) => _slopes[_places[output].._places[output + 1]];
}
