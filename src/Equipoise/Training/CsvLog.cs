using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Writes the figures of every epoch as a line of CSV: total, raw loss, weight and metrics of every output, and every penalty, on training and validation.</summary>
/// <remarks>Columns are in the order of the model and the same in every line; numbers are written in full, in the invariant culture. A run folder has the same table as <c>epochs.csv</c>.</remarks>
/// <param name="file">The file; its folder is made if need be.</param>
/// <param name="append">Whether lines are added to a file that is there, whose header must be the same; otherwise it is written anew.</param>
public sealed class CsvLog(string file, bool append = false) : Callback
{
    private bool _begun;

    /// <inheritdoc/>
    public override void FitBegins(Trainer trainer, FitOptions options)
    {
        _begun = false;
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        if (!append) File.WriteAllText(file, "");
    }

    /// <inheritdoc/>
    /// <exception cref="Data.DataException">The file that is added to has other columns.</exception>
    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        string header = EpochTable.Header(epoch);
        if (!_begun)
        {
            string? first = File.Exists(file) ? File.ReadLines(file).FirstOrDefault() : null;
            if (first is null or "") File.WriteAllText(file, header + "\n");
            else if (first != header) throw new Data.DataException($"{file}: its columns are not those of this training, so no lines can be added. Choose another file, or append: false to write it anew.");
            _begun = true;
        }
        File.AppendAllText(file, EpochTable.Line(epoch) + "\n");
    }
}
