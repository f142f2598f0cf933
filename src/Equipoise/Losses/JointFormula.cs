namespace Equipoise.Losses;

/// <summary>The value of a row over several outputs; its slopes go to <see cref="JointRow.Slope"/>. Must allocate nothing and may be called by several threads at once.</summary>
public delegate float JointFormula(in JointRow row);
