using System.Globalization;
using Equipoise.Engine.Kernels;

namespace Equipoise.Benchmarks;

/// <summary>Our products of matrices beside OpenBLAS at the shapes of the workloads, and beside a loop of nothing but fused multiply-adds. One thread.</summary>
internal static class Products
{
    private const string Missing = "–";
    private static readonly (string Name, int Rows, int Inputs, int Units)[] _shapes =
    [
        ("square", 32, 32, 32), ("square", 64, 64, 64), ("square", 128, 128, 128), ("square", 256, 256, 256), ("square", 512, 512, 512), ("square", 1024, 1024, 1024),
        ("W1 hidden1", 32, 64, 256), ("W1 hidden1", 256, 64, 256), ("W1 hidden2", 32, 256, 128), ("W1 hidden2", 256, 256, 128), ("W1 tags", 256, 128, 26),
        ("W2 step", 32, 128, 512), ("W2 step", 256, 128, 512), ("W4 experts", 256, 64, 1024), ("W4 tower", 256, 128, 64),
        ("W5 hidden1", 32, 512, 1024), ("W5 hidden1", 256, 512, 1024), ("W5 hidden2", 32, 1024, 1024), ("W5 hidden2", 256, 1024, 1024),
    ];

    public static int Run(Arguments arguments)
    {
        int turns = arguments.Number("--turns", 60);
        var blas = OpenBlas.Load();
        if (blas is null) Console.Error.WriteLine($"OpenBLAS is left out: it is not installed. {OpenBlas.HowToInstall}");
        else Console.WriteLine($"Beside {blas.Version}\n");
        BesideBlas(arguments, turns, blas);
        BesideFma(arguments, turns);
        return 0;
    }

    private static void BesideBlas(Arguments arguments, int turns, OpenBlas? blas)
    {
        string[] columns = ["layer", "rows", "in", "out", "x·W: OpenBLAS", "ours", "ratio", "ours with packing", "ratio", "d·Wᵀ: OpenBLAS", "ours", "ratio", "xᵀ·d: OpenBLAS", "ours", "ratio", "date"];
        var file = new ResultFile(Place.Result("products.md"), "Products of matrices beside OpenBLAS",
            $"GFLOP/s at best of {turns} turns, one thread; both sides take turns in one process. x [rows, in] is a layer's input, W [in, out] its kernel, d [rows, out] the gradient of its output: x·W is the forward pass, d·Wᵀ the gradient of the input, "
            + "xᵀ·d the gradient of the kernel. Our W is packed once a step, which counts under \"with packing\" only. Goals for the ratio: 1 must be reached, 1.25 is ambitious, 1.4 near the limit.", columns, 4) { Peers = blas?.Version };
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        // The runtime compiles what is called often a second time, and better: before the first row is measured.
        Measure(turns, blas, 96, 96, 96);
        foreach (var (name, rows, inner, width) in _shapes)
        {
            if (arguments.Text("--only") is { } only && !only.Split(',').Any(name.StartsWith)) continue;
            string[] row = [name, $"{rows}", $"{inner}", $"{width}", .. Measure(turns, blas, rows, inner, width), Place.Today];
            Console.WriteLine(ResultFile.Line(row));
            if (arguments.Has("--write")) file.Put(row);
        }
        Console.WriteLine();
    }

    private static string[] Measure(int turns, OpenBlas? blas, int rows, int inner, int columns)
    {
        Memory<float> x = Numbers(rows * inner), w = Numbers(inner * columns), d = Numbers(rows * columns);
        Memory<float> y = Room(rows * columns), dx = Room(rows * inner), dw = Room(inner * columns);
        Memory<float> panels = Room(MatMul.PackedLength(inner, columns)), panelsOfTransposed = Room(MatMul.PackedLength(columns, inner));
        int panelCount = MatMul.PanelCount(columns);
        MatMul.Pack(w.Span, columns, inner, columns, panels.Span, 0, panelCount);
        MatMul.PackTransposed(w.Span, columns, columns, inner, panelsOfTransposed.Span, 0, MatMul.PanelCount(inner));
        Action[] ours =
        [
            () => MatMul.Multiply(x.Span, inner, panels.Span, [], y.Span, columns, rows, inner, columns, accumulate: false),
            () =>
            {
                MatMul.Pack(w.Span, columns, inner, columns, panels.Span, 0, panelCount);
                MatMul.Multiply(x.Span, inner, panels.Span, [], y.Span, columns, rows, inner, columns, accumulate: false);
            },
            () => MatMul.Multiply(d.Span, columns, panelsOfTransposed.Span, [], dx.Span, inner, rows, columns, inner, accumulate: false),
            () => MatMul.MultiplyTransposed(x.Span, inner, d.Span, columns, dw.Span, columns, rows, 0, inner, 0, columns, accumulate: false),
        ];
        Action[] theirs = blas is null ? [] :
        [
            () => blas.Multiply(false, false, rows, columns, inner, x.Span, w.Span, y.Span),
            () => blas.Multiply(false, true, rows, inner, columns, d.Span, w.Span, dx.Span),
            () => blas.Multiply(true, false, inner, columns, rows, x.Span, d.Span, dw.Span),
        ];
        if (blas is not null) CheckSame((ours[0], theirs[0], y), (ours[1], theirs[0], y), (ours[2], theirs[1], dx), (ours[3], theirs[2], dw));
        double operations = 2.0 * rows * columns * inner;
        double[] speeds = [.. Race.Run(turns, [.. ours, .. theirs]).Select(seconds => operations / seconds / 1e9)];
        double Peer(int product) => blas is null ? double.NaN : speeds[ours.Length + product];
        return
        [
            Speed(Peer(0)), Speed(speeds[0]), Ratio(speeds[0], Peer(0)), Speed(speeds[1]), Ratio(speeds[1], Peer(0)),
            Speed(Peer(1)), Speed(speeds[2]), Ratio(speeds[2], Peer(1)),
            Speed(Peer(2)), Speed(speeds[3]), Ratio(speeds[3], Peer(2)),
        ];
    }

    // Speed is worth nothing if the sides compute different things.
    private static void CheckSame(params ReadOnlySpan<(Action Ours, Action Theirs, Memory<float> Result)> pairs)
    {
        foreach (var (ours, theirs, result) in pairs)
        {
            ours();
            float[] first = result.ToArray();
            theirs();
            float[] second = result.ToArray();
            double size = second.Max(Math.Abs);
            for (int i = 0; i < first.Length; i++)
            {
                if (!(Math.Abs(first[i] - second[i]) <= 1e-4 * size)) throw new InvalidOperationException($"Element {i} of the product is {first[i]} for us but {second[i]} for OpenBLAS.");
            }
        }
    }

    private static void BesideFma(Arguments arguments, int turns)
    {
        const int Rows = 48, Width = 32, Rounds = 20_000;
        string[] columns = ["inner", "FMA loop, GFLOP/s", $"A·B of {Width} columns", "share of the loop", $"Aᵀ·B of {Width} columns", "share of the loop", "date"];
        var file = new ResultFile(Place.Result("micro-kernel.md"), "The innermost loops of products beside a loop of nothing but fused multiply-adds",
            $"GFLOP/s at best of {turns} turns, one thread: {Rows} rows times {Width} columns in panels. Goals for the share: 0.85 must be reached, 0.93 is ambitious, 0.97 near the limit.", columns, 1);
        foreach (string line in ResultFile.Lines(columns, [])) Console.WriteLine(line);
        foreach (int inner in (int[])[64, 128, 256, 512])
        {
            Memory<float> a = Numbers(Rows * inner), b = Numbers(inner * Width), c = Room(Rows * Width), panels = Room(MatMul.PackedLength(inner, Width));
            MatMul.Pack(b.Span, Width, inner, Width, panels.Span, 0, MatMul.PanelCount(Width));
            double[] seconds = Race.Run(turns, () => FmaLoop.Run(Rounds),
                () => MatMul.Multiply(a.Span, inner, panels.Span, [], c.Span, Width, Rows, inner, Width, accumulate: false),
                () => MatMul.MultiplyTransposed(a.Span, Rows, b.Span, Width, c.Span, Width, inner, 0, Rows, 0, Width, accumulate: false));
            double loop = FmaLoop.Operations(Rounds) / seconds[0] / 1e9, operations = 2.0 * Rows * Width * inner / 1e9;
            string[] row = [$"{inner}", Speed(loop), Speed(operations / seconds[1]), Ratio(operations / seconds[1], loop), Speed(operations / seconds[2]), Ratio(operations / seconds[2], loop), Place.Today];
            Console.WriteLine(ResultFile.Line(row));
            if (arguments.Has("--write")) file.Put(row);
        }
    }

    private static Memory<float> Numbers(int count)
    {
        var random = new Random(count);
        var numbers = Room(count);
        foreach (ref float number in numbers.Span) number = (float)(random.NextDouble() - 0.5);
        return numbers;
    }

    // Begins at a cache line, for both sides, as the tensors of an engine do.
    private static unsafe Memory<float> Room(int count)
    {
        const int Line = 64 / sizeof(float);
        float[] array = GC.AllocateArray<float>(count + Line, pinned: true);
        fixed (float* first = array)
        {
            return array.AsMemory((int)(-((nint)first / sizeof(float)) & (Line - 1)), count);
        }
    }

    private static string Speed(double value) => double.IsNaN(value) ? Missing : value.ToString("0", CultureInfo.InvariantCulture);

    private static string Ratio(double ours, double theirs) => double.IsNaN(theirs) ? Missing : (ours / theirs).ToString("0.00", CultureInfo.InvariantCulture);
}
