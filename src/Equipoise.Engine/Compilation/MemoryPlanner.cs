using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Compilation;

/// <summary>Decides for every tensor whether it lives for one block of one row pass (in each worker's small arena) or for the whole batch, and where.</summary>
internal sealed class MemoryPlanner(List<NodePlan> nodes, List<PlanPass> passes, NodePlan[] outputs, NodePlan?[] masks, NodePlan[] watched, bool trains, bool repeats)
{
    private readonly Dictionary<NodePlan, Life> _values = [];
    private readonly Dictionary<NodePlan, Life> _gradients = [];
    private readonly Dictionary<NodePlan, Life> _tapes = [];
    private readonly Dictionary<NodePlan, Life> _deltas = [];

    private sealed class Life
    {
        public int FirstTick = int.MaxValue;
        public int LastTick;
        public int FirstPass = int.MaxValue;
        public int LastPass;
        public int Size;
    }

    /// <summary>Sets the places of all nodes; returns the floats a row of the batch arena.</summary>
    public int Plan()
    {
        Walk();
        if (repeats) KeepForRepeats();
        PlaceBatch(out int total);
        for (int p = 0; p < passes.Count; p++) PlaceBlocks(p);
        foreach (var node in nodes)
        {
            if (ValueHomeOf(node) is var home && home != node) node.Value = home.Value;
            if (GradientHomeOf(node) is var place && place != node) node.Gradient = place.Gradient;
            if (node.DeltaIsTape) node.Delta = node.Tape;
        }
        return total;
    }

    private void Walk()
    {
        int tick = 0;
        for (int p = 0; p < passes.Count; p++)
        {
            var pass = passes[p];
            if (pass.Loads)
            {
                foreach (var node in nodes.Where(n => n.IsInput && n.Operation is Operations.InputNumbers)) Use(_values, ValueHomeOf(node), node.Node.Shape.Size, tick, p);
                tick++;
            }
            foreach (var node in pass.Forward) WalkForward(node, tick++, p);
            if (pass.Evaluates) WalkEvaluate(tick++, p);
            foreach (var node in pass.Backward) WalkBackward(node, tick++, p);
            if (pass.Kind != PassKind.Rows) WalkTiles(pass, tick++, p);
        }
    }

    // What backward reads must outlive it, since it will be read again.
    private void KeepForRepeats()
    {
        int evaluation = passes.FindIndex(p => p.Evaluates);
        foreach (var life in _values.Values.Concat(_tapes.Values).Where(l => l.LastPass > evaluation)) life.LastPass = passes.Count - 1;
    }

    private void WalkForward(NodePlan node, int tick, int pass)
    {
        Use(_values, ValueHomeOf(node), node.Node.Shape.Size, tick, pass);
        if (trains || node.Operation.WantsTapeInInference) Use(_tapes, node, node.Operation.TapeSize(node.Node.Shapes), tick, pass);
        foreach (var input in node.Inputs) UseValue(input, tick, pass);
    }

    private void WalkEvaluate(int tick, int pass)
    {
        foreach (var node in outputs.Concat(watched))
        {
            UseValue(node, tick, pass);
            if (trains && node.NeedsGradient) Use(_gradients, GradientHomeOf(node), node.Node.Shape.Size, tick, pass);
        }
        foreach (var mask in masks)
        {
            if (mask is not null) UseValue(mask, tick, pass);
        }
    }

    private void WalkBackward(NodePlan node, int tick, int pass)
    {
        var keeps = node.Operation.Keeps;
        Use(_gradients, GradientHomeOf(node), node.Node.Shape.Size, tick, pass);
        Use(_tapes, node, node.Operation.TapeSize(node.Node.Shapes), tick, pass);
        UseDelta(node, tick, pass);
        if (keeps.HasFlag(Keeps.Output)) UseValue(node, tick, pass);
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (keeps.HasFlag(Keeps.Inputs)) UseValue(node.Inputs[i], tick, pass);
            if (node.InputGradients[i]) Use(_gradients, GradientHomeOf(node.Inputs[i]), node.Inputs[i].Node.Shape.Size, tick, pass);
        }
        if (node.BackwardEnd is not { } function) return;
        if (function.Operation.Keeps.HasFlag(Keeps.Output)) UseValue(function, tick, pass);
        if (function.Operation.Keeps.HasFlag(Keeps.Inputs)) UseValue(function.Inputs[0], tick, pass);
    }

    private void WalkTiles(PlanPass pass, int tick, int index)
    {
        foreach (var node in pass.Tiles.SelectMany(t => t.Nodes).Distinct())
        {
            var keeps = node.Operation.Keeps;
            bool parameters = pass.Kind == PassKind.Parameters;
            if (!parameters || keeps.HasFlag(Keeps.InputsForParameters))
            {
                foreach (var input in node.Inputs) UseValue(input, tick, index);
            }
            if (parameters && keeps.HasFlag(Keeps.OutputForParameters)) UseValue(node, tick, index);
            if (parameters && keeps.HasFlag(Keeps.TapeForParameters)) Use(_tapes, node, node.Operation.TapeSize(node.Node.Shapes), tick, index);
            if (parameters) UseDelta(node, tick, index);
            bool wantsGradient = parameters ? keeps.HasFlag(Keeps.OutputGradientForParameters) : pass.Kind == PassKind.BackwardStatistics;
            if (wantsGradient) Use(_gradients, GradientHomeOf(node), node.Node.Shape.Size, tick, index);
        }
    }

    private void UseDelta(NodePlan node, int tick, int pass)
    {
        node.DeltaIsTape = !repeats && node.Operation.PutsDeltaOnTape;
        if (node.DeltaIsTape) Use(_tapes, node, node.Operation.TapeSize(node.Node.Shapes), tick, pass);
        else Use(_deltas, node, node.Operation.DeltaSize(node.Node.Shapes), tick, pass);
    }

    private void UseValue(NodePlan node, int tick, int pass)
    {
        if (ValueHomeOf(node) is var home && _values.ContainsKey(home)) Use(_values, home, node.Node.Shape.Size, tick, pass);       // inputs of indices and bags have no floats
    }

    private static NodePlan ValueHomeOf(NodePlan node)
    {
        while (node.ValueHome is { } home) node = home;
        return node;
    }

    private static NodePlan GradientHomeOf(NodePlan node)
    {
        while (node.GradientHome is { } home) node = home;
        return node;
    }

    private static void Use(Dictionary<NodePlan, Life> lives, NodePlan node, int size, int tick, int pass)
    {
        if (size == 0) return;
        if (!lives.TryGetValue(node, out var life)) lives.Add(node, life = new Life { Size = size });
        life.FirstTick = Math.Min(life.FirstTick, tick);
        life.LastTick = Math.Max(life.LastTick, tick);
        life.FirstPass = Math.Min(life.FirstPass, pass);
        life.LastPass = Math.Max(life.LastPass, pass);
    }

    private IEnumerable<(Life Life, Action<BufferPlace> Set)> Lives()
    {
        foreach (var (node, life) in _values) yield return (life, place => node.Value = place);
        foreach (var (node, life) in _gradients) yield return (life, place => node.Gradient = place);
        foreach (var (node, life) in _tapes) yield return (life, place => node.Tape = place);
        foreach (var (node, life) in _deltas) yield return (life, place => node.Delta = place);
    }

    private void PlaceBatch(out int total)
    {
        var lives = Lives().Where(l => l.Life.FirstPass != l.Life.LastPass).ToList();
        int[] offsets = BufferPlanner.Place([.. lives.Select(l => new BufferPlanner.Life(l.Life.FirstPass, l.Life.LastPass, l.Life.Size))], out total);
        for (int i = 0; i < lives.Count; i++) lives[i].Set(new BufferPlace(BufferKind.Batch, offsets[i], lives[i].Life.Size));
    }

    private void PlaceBlocks(int pass)
    {
        var lives = Lives().Where(l => l.Life.FirstPass == pass && l.Life.LastPass == pass).ToList();
        int[] offsets = BufferPlanner.Place([.. lives.Select(l => new BufferPlanner.Life(l.Life.FirstTick, l.Life.LastTick, l.Life.Size))], out int total);
        for (int i = 0; i < lives.Count; i++) lives[i].Set(new BufferPlace(BufferKind.Block, offsets[i], lives[i].Life.Size));
        passes[pass].BlockFloats = total;
    }
}
