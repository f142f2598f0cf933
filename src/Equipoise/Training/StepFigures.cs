using Equipoise.Balancing;
using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>The figures of a step, gathered for the ledger: those of the outputs that have a loss, then those of losses over several outputs.</summary>
internal sealed class StepFigures(int[] trained, int jointCount, int penaltyCount, Balancer? ownTerm, int partCount)
{
    private readonly double[] _raw = new double[trained.Length + jointCount];
    private readonly double[] _weights = new double[trained.Length + jointCount];
    private readonly double[] _labelled = new double[trained.Length + jointCount];
    private readonly double[] _divisors = new double[trained.Length + jointCount];

    private readonly double[] _parts = new double[partCount];

    /// <summary>Values of all penalties: of weights, then of activities, then the balancer's own term.</summary>
    public double[] Penalties { get; } = new double[penaltyCount];

    public double Total { get; private set; }

    public double Size { get; private set; }

    public void Collect(BatchRunner runner, PenaltyWork penalties)
    {
        double total = 0, size = 0;
        int part = 0;
        for (int i = 0; i < trained.Length; i++)
        {
            var output = runner.Outputs[trained[i]];
            _raw[i] = output.RawLoss;
            _weights[i] = output.Weight;
            _labelled[i] = output.Labelled;
            _divisors[i] = output.DivisorValue;
            output.PartLosses.CopyTo(_parts.AsSpan(part));
            part += output.PartLosses.Length;
            total += output.Contribution;
            size += output.Size;
        }
        for (int j = 0; j < jointCount; j++)
        {
            var joint = runner.Joints[j];
            int place = trained.Length + j;
            _raw[place] = joint.RawLoss;
            _weights[place] = joint.Weight;
            _labelled[place] = _divisors[place] = joint.Counted;
            total += joint.Contribution;
            size += joint.Size;
        }
        penalties.Values.CopyTo(Penalties, 0);
        runner.ActivityPenalties.CopyTo(Penalties, penalties.Values.Length);
        if (ownTerm is not null) Penalties[^1] = ownTerm.OwnTerm;
        foreach (double penalty in Penalties)
        {
            total += penalty;
            size += Math.Abs(penalty);
        }
        Total = total;
        Size = size;
    }

    public StepAccount Account(int epoch, long step, int rows, double learningRate) => new()
    {
        Epoch = epoch,
        Step = step,
        Rows = rows,
        LearningRate = learningRate,
        Total = Total,
        Size = Size,
        RawLosses = _raw,
        Weights = _weights,
        Labelled = _labelled,
        Divisors = _divisors,
        Penalties = Penalties,
        PartLosses = _parts,
    };
}
