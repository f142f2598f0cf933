namespace Equipoise.Metrics;

/// <summary>What a correlation is taken over.</summary>
public enum CorrelationAxis
{
    /// <summary>Over all items, for each column by itself; then the mean of the columns.</summary>
    Items,

    /// <summary>Over the numbers of each item; then the mean of the items. Keras's axis -1.</summary>
    Row,
}
