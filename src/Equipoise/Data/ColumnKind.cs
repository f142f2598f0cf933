namespace Equipoise.Data;

/// <summary>What a column of a table holds.</summary>
public enum ColumnKind
{
    /// <summary>Numbers: measures, counts.</summary>
    Number,

    /// <summary>One of several names, without an order.</summary>
    Category,

    /// <summary>One of several names that have an order. It is declared, never inferred: a table does not tell.</summary>
    OrderedCategory,

    /// <summary>One of two values.</summary>
    Binary,

    /// <summary>Several labels at once.</summary>
    Set,

    /// <summary>Words or other sequences of characters.</summary>
    Text,
}
