using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Something that watches training and may stop it.</summary>
public abstract class Callback
{
    /// <summary>Before the first epoch.</summary>
    public virtual void FitBegins(Trainer trainer, FitOptions options)
    {
    }

    /// <summary>Before an epoch of so many steps.</summary>
    public virtual void EpochBegins(Trainer trainer, int epoch, int steps)
    {
    }

    /// <summary>After a step; the ledger's last entry is its account. Asking for it allocates.</summary>
    /// <param name="trainer">What is being trained.</param>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="step">Number of the step within the epoch, from 1.</param>
    /// <param name="steps">Steps of the epoch.</param>
    public virtual void StepEnds(Trainer trainer, int epoch, int step, int steps)
    {
    }

    /// <summary>After an epoch and its validation. <see cref="Trainer.Stop"/> ends training here.</summary>
    public virtual void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
    }

    /// <summary>After the last epoch, also when training was stopped.</summary>
    public virtual void FitEnds(Trainer trainer, History history)
    {
    }
}
