namespace Equipoise.Runs;

/// <summary>How well one label of an output is predicted, each label by itself against the rest.</summary>
/// <param name="Output">The output.</param>
/// <param name="Label">The label or class.</param>
/// <param name="Support">How many rows have it, among those with labels.</param>
/// <param name="Predicted">How many rows are predicted to have it: of a set, those with a probability above one half; of classes, those in which it is the most probable.</param>
/// <param name="Precision">How many of the predicted are right; 0 if none is predicted.</param>
/// <param name="Recall">How many of those that have it are predicted; 0 if none has it.</param>
/// <param name="F1">Harmonic mean of both.</param>
/// <param name="AveragePrecision">Area under precision over recall, by the probabilities: it needs no threshold.</param>
public sealed record LabelFigures(string Output, string Label, long Support, long Predicted, double Precision, double Recall, double F1, double AveragePrecision);
