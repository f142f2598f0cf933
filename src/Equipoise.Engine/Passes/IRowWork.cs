namespace Equipoise.Engine.Passes;

/// <summary>What the caller does to each block of rows. Called by several threads at once, each with another block.</summary>
public interface IRowWork
{
    /// <summary>Fills the inputs of these rows.</summary>
    void Load(in RowBlock block);

    /// <summary>Reads the outputs of these rows and, in training, writes their seeds.</summary>
    void Evaluate(in RowBlock block);
}
