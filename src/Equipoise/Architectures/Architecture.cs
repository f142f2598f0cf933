using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>What outputs share, and what they do not: a trunk that gives each output a result of its own.</summary>
/// <remarks>
/// It is made of layers and nothing else, so a model that was made with it is saved, loaded, trained and explained like any other. Names of layers begin with <see cref="Name"/> and say what they are
/// (<c>mmoe_expert1</c>, <c>mmoe_gate_price</c>), so that the parameters can be found again: the same settings and outputs give the same names.
/// </remarks>
public abstract record Architecture
{
    /// <summary>What the names of its layers begin with; null: its name in the catalogue.</summary>
    public string? Name { get; init; }

    /// <summary>Its name in the catalogue, or the name of its type if it is in none.</summary>
    public string Kind => ArchitectureCatalog.Catalog.Entries.FirstOrDefault(e => e.Default.GetType() == GetType())?.Name ?? GetType().Name;

    /// <summary>What names of layers begin with.</summary>
    private protected string Prefix => string.IsNullOrEmpty(Name) ? Kind : Name;

    /// <summary>Makes the layers.</summary>
    /// <param name="input">Rows of [n] numbers.</param>
    /// <param name="outputs">Names of the outputs, each once.</param>
    /// <returns>The result of each output, in their order.</returns>
    /// <exception cref="ArgumentException">There is no output, a name comes twice, or a setting is outside its range.</exception>
    public IReadOnlyList<Node> Apply(Node input, params IReadOnlyList<string> outputs)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count == 0) throw new ArgumentException($"{Kind} gives each output a result of its own, but there is no output.", nameof(outputs));
        if (outputs.Distinct(StringComparer.Ordinal).Count() < outputs.Count) throw new ArgumentException($"{Kind} wants each output once, but was given {string.Join(", ", outputs)}.", nameof(outputs));
        Check();
        return Build(input, [.. outputs.Select(o => o.Replace('/', '_'))]);       // what stands before the first / of a parameter's name is its layer
    }

    /// <summary>Refuses settings outside their range.</summary>
    private protected abstract void Check();

    private protected abstract IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs);

    /// <summary>A chain of dense layers. One layer has the name itself, several are numbered: <c>name_1</c>, <c>name_2</c>.</summary>
    private protected static Node Chain(Node input, string name, IReadOnlyList<int> units, Activation? activation)
    {
        for (int i = 0; i < units.Count; i++) input = new Dense(units[i]) { Activation = activation }.Apply(input).Named(units.Count == 1 ? name : $"{name}_{i + 1}");
        return input;
    }

    /// <summary>Weights of so many experts, from one input: a dense layer and softmax.</summary>
    private protected static Node Gate(Node input, string name, int experts) => new Dense(experts) { Activation = new Softmax() }.Apply(input).Named(name);

    /// <summary>Refuses an empty list of units, and units under 1.</summary>
    private protected void CheckUnits(IReadOnlyList<int> units)
    {
        if (units.Count == 0 || units.Any(u => u < 1)) throw new ArgumentException($"{Kind} wants at least one number of units, each at least 1, but has [{string.Join(", ", units)}].");
    }
}

/// <summary>Architectures by name. Each one's file adds its own line, in another part of this class.</summary>
public static partial class ArchitectureCatalog
{
    private static Catalog<Architecture>? _catalog;            // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>The catalogue.</summary>
    public static Catalog<Architecture> Catalog => _catalog!;

    private static Entry<Architecture> Add<T>(string name, string summary, T @default, params Setting<Architecture>[] settings) where T : Architecture
        => (_catalog ??= new("architecture")).Add(name, summary, @default,
        [
            .. settings,
            Setting<Architecture>.Text<T>("name", "what the names of its layers begin with; empty: its own name", x => x.Name ?? "", (x, v) => x with { Name = v.Length == 0 ? null : v }),
        ]);
}
