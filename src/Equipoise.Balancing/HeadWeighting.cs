namespace Equipoise.Balancing;

/// <summary>What the layers of one output alone (its head) receive. Published codes differ silently in this.</summary>
public enum HeadWeighting
{
    /// <summary>The output's gradient times the output's weight, like the shared layers.</summary>
    Same,

    /// <summary>The output's gradient times its priority only.</summary>
    Unit,
}
