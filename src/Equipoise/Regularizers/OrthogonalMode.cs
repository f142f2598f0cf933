namespace Equipoise.Regularizers;

/// <summary>What <see cref="OrthogonalRegularizer"/> compares.</summary>
public enum OrthogonalMode
{
    /// <summary>The rows of the matrix.</summary>
    Rows,

    /// <summary>The columns of the matrix.</summary>
    Columns,
}
