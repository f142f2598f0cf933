using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>The row loop of every loss that looks at all numbers of an item together: shares and missing items are dealt with here.</summary>
internal static class RowLoss
{
    public static void Evaluate<TFormula>(TFormula formula, in LossRows rows, int targetWidth) where TFormula : struct, IRowFormula
    {
        rows.Check(targetWidth);
        int width = rows.Width;
        for (int item = 0; item < rows.Items; item++)
        {
            float share = rows.Shares[item];
            var slope = rows.WantsGradients ? rows.Gradients.Slice(item * width, width) : [];
            if (share == 0)
            {
                rows.Values[item] = 0;
                slope.Clear();
                continue;
            }

            rows.Values[item] = formula.At(rows.Predictions.Slice(item * width, width), rows.Targets.Slice(item * targetWidth, targetWidth), slope);
            Elementwise.Scale(share, slope);
        }
    }
}
