using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>What training adds to a model.</summary>
public static class ModelTraining
{
    extension(Model model)
    {
        /// <summary>Makes a model ready for training.</summary>
        /// <exception cref="ModelException">An output without a loss, a loss for no output, a setting outside its range ...: all mistakes at once.</exception>
        public Trainer Compile(CompileOptions options) => new(model, options);

        /// <summary>Predictions of each output [rows, width], as users want them: probabilities, values.</summary>
        /// <param name="data">Inputs; targets are not read.</param>
        /// <param name="batchSize">Rows at a time.</param>
        /// <param name="workers">Threads; 0: one for each processor.</param>
        public IReadOnlyDictionary<string, float[]> Predict(Dataset data, int batchSize = 256, int workers = 0)
        {
            using var team = new WorkerTeam(workers > 0 ? workers : Environment.ProcessorCount);
            return Predictor.Predict(model, data, batchSize, team);
        }
    }
}
