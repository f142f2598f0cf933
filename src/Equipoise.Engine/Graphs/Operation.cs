using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Graphs;

/// <summary>Forward and backward maths of one kind of node. It has settings and parameters but no state: values live in the executor.</summary>
/// <remarks>
/// Work is of two kinds. In a <i>row pass</i> (Forward, Backward) each row stands alone, so rows may be cut in any way among threads.
/// In a <i>tile pass</i> (ParameterGradient, statistics) sums run over rows: it is cut by units (columns), and every unit sums all rows in order.
/// So results do not depend on the number of threads.
/// </remarks>
public abstract class Operation
{
    /// <summary>Name of the kind in snake case: <c>affine</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Its parameters, in the order in which the passes number them.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>Matrices that it wants as panels, in the order in which the passes number them.</summary>
    public virtual IReadOnlyList<Packed> Packed => [];

    /// <summary>What it reads again after its forward pass.</summary>
    public virtual Keeps Keeps => Keeps.Inputs | Keeps.Output;

    /// <summary>Whether its backward overwrites an input's gradient where <see cref="BackwardPass.Accumulates"/> is false. If not, the executor clears the gradient first and the operation adds.</summary>
    public virtual bool Overwrites => false;

    /// <summary>
    /// The operation as a function of each number by itself; null if it is none. Where nobody else looks, it is then computed in place, or by the operation before it
    /// (see <see cref="TakesEnds"/>); its backward must overwrite, and may be given one memory for both gradients.
    /// </summary>
    public virtual TileFunction? Tile => null;

    /// <summary>Whether forward obeys <see cref="ForwardPass.End"/> and backward <see cref="BackwardPass.End"/> of its first input.</summary>
    public virtual bool TakesEnds => false;

    /// <summary>Whether the output is the input under another shape: both then share their memory, and as a rule nothing runs at all.</summary>
    public virtual bool IsView => false;

    /// <summary>Shape of the output.</summary>
    /// <exception cref="ShapeException">The inputs do not fit: says which shapes were found and wanted.</exception>
    public abstract Shape InferShape(ReadOnlySpan<Shape> inputs);

    /// <summary>Whether a gradient flows to that input; false for masks and indices.</summary>
    public virtual bool IsDifferentiable(int input) => true;

    /// <summary>Floats a row that forward leaves for backward.</summary>
    public virtual int TapeSize(NodeShapes shapes) => 0;

    /// <summary>Whether forward wants its tape in inference too, as working memory.</summary>
    public virtual bool WantsTapeInInference => true;

    /// <summary>Floats a row that backward leaves for the parameter pass.</summary>
    public virtual int DeltaSize(NodeShapes shapes) => 0;

    /// <summary>Whether backward can leave that on the tape instead, in place of what it has read: no further memory is set aside then, unless backward runs several times.</summary>
    public virtual bool PutsDeltaOnTape => false;

    /// <summary>Floats of working memory for a block of <paramref name="rows"/> rows; contents do not outlive the call.</summary>
    public virtual int ScratchSize(NodeShapes shapes, int rows) => 0;

    /// <summary>Floats of statistics over the whole batch that forward needs first, in training; 0 for none. Backward may have as many again.</summary>
    public virtual int StatisticsSize(NodeShapes shapes) => 0;

    /// <summary>How many units the tile passes may be cut into.</summary>
    public virtual int Units(NodeShapes shapes) => 1;

    /// <summary>
    /// Whether its gradient of that parameter, a table, is zero but for some rows: <see cref="ParameterGradient"/> then calls <see cref="ParameterPass.ClearRows"/> and marks what it writes in
    /// <see cref="ParameterPass.Marks"/>, and its units are the parts of <see cref="TableRows"/>.
    /// </summary>
    internal virtual bool MarksRows(int parameter) => false;

    /// <summary>
    /// Whether the gradients of its parameters are summed for the two halves of a batch apart, and then added: worth it where the rows are more to read than the gradient. It must follow from its arguments alone,
    /// and no more rows may never make it false. (A node that shares parameters with another sums all rows in order nonetheless.)
    /// </summary>
    public virtual bool SumsHalves(NodeShapes shapes, int rows) => false;

    /// <summary>Floating-point operations a row of forward, about; used to balance tiles and to skip threads for little work.</summary>
    public virtual long Work(NodeShapes shapes) => shapes.Output.Size;

    /// <summary>Weights of a wide product, whose columns workers may share where a batch has few rows; 0 if there is none.</summary>
    internal virtual int SharedWeights(NodeShapes shapes) => 0;

    /// <summary>One of some parts of <see cref="Forward"/>, for operations that have <see cref="SharedWeights"/>.</summary>
    internal virtual void ForwardPart(in ForwardPass pass, int part, int parts)
    {
    }

    /// <summary>One of some parts of <see cref="Backward"/>, for operations that have <see cref="SharedWeights"/>.</summary>
    internal virtual void BackwardPart(in BackwardPass pass, int part, int parts)
    {
    }

    /// <summary>Writes the output rows from the input rows.</summary>
    public abstract void Forward(in ForwardPass pass);

    /// <summary>Adds to the gradients of the inputs, from the gradient of the output, for these rows.</summary>
    public virtual void Backward(in BackwardPass pass)
    {
    }

    /// <summary>Backward of several cotangents at once, whose gradients lie one behind the other (<see cref="BackwardPass.OutputGradients"/>), if that is quicker; else it does nothing and returns false.</summary>
    internal virtual bool TryBackward(in BackwardPass pass) => false;

    /// <summary>Numbers of working memory that <see cref="ParameterGradients"/> wants for batches of up to so many rows; 0 if it is never to be called.</summary>
    internal virtual int PlaneWork(NodeShapes shapes, int rows) => 0;

    /// <summary>Whether it is quicker to have the parameters' gradients for several cotangents at once, by a look at these.</summary>
    /// <param name="gradients">Gradients of the output, one plane [items, width] behind the other.</param>
    /// <param name="planes">How many.</param>
    /// <param name="items">Rows × positions.</param>
    internal virtual bool PrefersPlanes(ReadOnlySpan<float> gradients, int planes, int items) => false;

    /// <summary>As <see cref="ParameterGradient"/> for several cotangents at once, and of all units one part of as many as are named.</summary>
    internal virtual void ParameterGradients(in ParameterPass pass, int part, int parts)
    {
    }

    /// <summary>Writes (or adds, see <see cref="ParameterPass.Accumulates"/>) its units of the parameters' gradients, from all rows in order.</summary>
    public virtual void ParameterGradient(in ParameterPass pass)
    {
    }

    /// <summary>How many rows of the first parameter <see cref="RowGradient"/> is to be asked for at once, where its gradient may be used piece by piece; 0 where it may not.</summary>
    internal virtual int GradientRows(NodeShapes shapes) => 0;

    /// <summary>As <see cref="ParameterGradient"/>, of some rows of the first parameter; with its first row, of all other parameters too.</summary>
    internal virtual void RowGradient(in ParameterPass pass, int first, int count)
    {
    }

    /// <summary>Writes its units of the batch statistics, from all rows in order. Training only.</summary>
    public virtual void ForwardStatistics(in StatisticsPass pass)
    {
    }

    /// <summary>Writes its units of the backward statistics, from the output gradients of all rows in order.</summary>
    public virtual void BackwardStatistics(in StatisticsPass pass)
    {
    }
}
