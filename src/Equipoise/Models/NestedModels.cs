using Equipoise.Layers;

namespace Equipoise.Models;

/// <summary>Using a model inside another one.</summary>
public static class NestedModels
{
    extension(Model model)
    {
        /// <summary>Uses the layers of this model on other nodes: a branch of a larger model, or one side of a Siamese one.</summary>
        /// <remarks>
        /// The layer objects are the same, so all uses within one model share their weights, and the larger model is saved like any other. Its weights are new: <see cref="CopyWeights"/> brings
        /// those of this model over. To freeze the part, make its layers with Trainable false.
        /// </remarks>
        /// <param name="inputs">A node for each input of this model, in its order; of the shapes that those had.</param>
        /// <returns>A node for each output of this model, in its order, without a name.</returns>
        public IReadOnlyList<Node> Apply(params ReadOnlySpan<Node> inputs)
        {
            if (inputs.Length != model.UserInputs.Count) throw new ArgumentException($"The model has {model.UserInputs.Count} inputs ({string.Join(", ", model.UserInputs.Select(i => i.Name))}), but {inputs.Length} nodes are given.", nameof(inputs));
            var copies = new Dictionary<Node, Node>(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < inputs.Length; i++) copies.Add(model.UserInputs[i], inputs[i]);
            foreach (var node in model.Nodes)
            {
                if (copies.ContainsKey(node)) continue;
                copies.Add(node, node.Layer.Apply([.. node.Inputs.Select(i => copies[i])]));
            }
            return [.. model.UserOutputs.Select(o => copies[o])];
        }

        /// <summary>Copies the weights, and the running state, of all layers that both models use.</summary>
        /// <param name="from">A model with some of the same layer objects.</param>
        /// <returns>How many parameters were copied.</returns>
        /// <exception cref="ArgumentException">The models have no layer object with weights in common.</exception>
        public int CopyWeights(Model from)
        {
            ArgumentNullException.ThrowIfNull(from);
            int copied = 0;
            foreach (var layer in model.Nodes.Select(n => n.Layer).Distinct<Layer>(ReferenceEqualityComparer.Instance))
            {
                var theirs = from.Context.ParametersOf(layer);
                foreach (var (name, parameter) in model.Context.ParametersOf(layer))
                {
                    if (!theirs.TryGetValue(name, out var source)) continue;
                    from.Store.ValuesOf(source).CopyTo(model.Store.ValuesOf(parameter));
                    copied++;
                }
            }
            if (copied == 0) throw new ArgumentException("The models have no layer with weights in common. Layers are the same only if they are the same object, as those of Apply are.", nameof(from));
            model.Store.Touch();
            return copied;
        }
    }
}
