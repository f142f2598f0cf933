namespace Equipoise.Data;

/// <summary>How a category enters the network.</summary>
public enum CategoryForm
{
    /// <summary>One feature a category, 1 for the row's own and 0 for the others.</summary>
    OneHot,

    /// <summary>One index, for an embedding.</summary>
    Index,
}
