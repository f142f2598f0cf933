namespace Equipoise.Engine.Execution;

/// <summary>Work cut into numbered items that may be done in any order by any worker.</summary>
public interface ITeamWork
{
    /// <summary>Does one item. <paramref name="worker"/> is the worker's number, from 0; no two items run on the same worker at once.</summary>
    void Do(int item, int worker);
}
