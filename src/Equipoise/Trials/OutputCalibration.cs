namespace Equipoise.Trials;

/// <summary>The weight proposed for one output.</summary>
/// <param name="Output">The output.</param>
/// <param name="Trivial">Raw loss of the best constant prediction on the training part; NaN without labels.</param>
/// <param name="Start">Raw loss in the first step, before anything was learned.</param>
/// <param name="Before">With the weights of the config.</param>
/// <param name="Weight">The proposed weight, three digits.</param>
/// <param name="Low">The least weight that one of the seeds alone would have given.</param>
/// <param name="High">The largest one.</param>
/// <param name="After">Measured again, with the proposed weights.</param>
public sealed record OutputCalibration(string Output, double Trivial, double Start, OutputMeasure Before, double Weight, double Low, double High, OutputMeasure After);
