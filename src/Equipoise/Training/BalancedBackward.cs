using Equipoise.Engine.Execution;
using Equipoise.Engine.Kernels;

namespace Equipoise.Training;

/// <summary>Between the losses of a step and its gradients: asks the balancer for the weights, multiplies the seeds with them, and runs backward. Allocates nothing after it is made.</summary>
internal sealed class BalancedBackward(WeightSource source, BatchRunner runner, Executor executor)
{
    private readonly double[] _losses = new double[source.Trained.Length];
    private readonly bool[] _present = new bool[source.Trained.Length];

    /// <summary>Number of the epoch, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Weighs the step whose losses were just summed with the weight 1, and runs backward.</summary>
    public void Run(long step)
    {
        Look();
        source.Weigh(step, Epoch, _losses, _present, [], [], null, []);
        WeighSeeds();
        executor.Backward();
    }

    /// <summary>Tells the balancer the losses of the same rows after the update, which were just summed.</summary>
    public void AfterStep()
    {
        for (int i = 0; i < _losses.Length; i++)
        {
            var output = runner.Outputs[source.Trained[i]];
            _losses[i] = output.Labelled > 0 ? output.RawLoss : double.NaN;
        }
        source.Balancer.AfterStep(_losses);
    }

    private void Look()
    {
        for (int i = 0; i < _losses.Length; i++)
        {
            var output = runner.Outputs[source.Trained[i]];
            _losses[i] = output.RawLoss;
            _present[i] = output.Labelled > 0;
        }
    }

    private void WeighSeeds()
    {
        for (int i = 0; i < _losses.Length; i++)
        {
            int k = source.Trained[i];
            runner.Outputs[k].Reweigh(source.Weights[i]);
            var seeds = executor.SeedOf(k);
            // A loss that is not finite has such seeds, too: 0 times these is not 0.
            if (source.Weights[i] == 0) seeds.Clear();
            else Elementwise.Scale((float)source.Weights[i], seeds);
        }
        for (int k = 0; k < runner.Outputs.Length; k++) runner.AddActivities(k, executor.SeedOf(k));
    }
}
