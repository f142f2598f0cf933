using System.Security.Cryptography;
using System.Text;

namespace Equipoise.Reports;

/// <summary>The style of a page: system fonts, colours that the colour-blind can tell apart, light and dark, narrow and printed. Has no characters that XML would want escaped.</summary>
internal static class PageStyle
{
    /// <summary>What the content security policy lets through: this very style and nothing else, no script, no address.</summary>
    public static string Policy { get; } = $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";

    public const string Text = """

        :root { --ink:#1c2024; --faint:#5d666e; --paper:#fff; --card:#f6f7f8; --rule:#d5dade; --good:#00704f; --bad:#b3430a; --hot:#0072b2; --cold:#d55e00;
          --c0:#0072b2; --c1:#d55e00; --c2:#009e73; --c3:#b5548f; --c4:#c78500; --c5:#3f9fd6; --c6:#6f6f6f; --c7:#8c564b; }
        @media (prefers-color-scheme: dark) { :root { --ink:#e6e8ea; --faint:#9aa4ac; --paper:#14171a; --card:#1d2125; --rule:#3a4148; --good:#4cc79c; --bad:#ff9a5c; --hot:#4fa8e0; --cold:#ff8a4c;
          --c0:#4fa8e0; --c1:#ff8a4c; --c2:#35c495; --c3:#e296c6; --c4:#eebb3e; --c5:#9bd3f7; --c6:#a8a8a8; --c7:#c99a8c; } }
        * { box-sizing:border-box; }
        body { margin:0 auto; padding:1rem; max-width:66rem; color:var(--ink); background:var(--paper); font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif; overflow-wrap:break-word; }
        h1 { font-size:1.55rem; line-height:1.25; margin:.4rem 0 1rem; }
        h2 { font-size:1.3rem; margin:2.5rem 0 .8rem; padding-top:1rem; border-top:2px solid var(--rule); }
        h3 { font-size:1.08rem; margin:1.8rem 0 .5rem; }
        h4 { font-size:1rem; margin:1.2rem 0 .3rem; }
        p, ul, ol { margin:.5rem 0; max-width:52rem; }
        a { color:var(--hot); }
        nav { background:var(--card); border-radius:.5rem; padding:.3rem .8rem; }
        .note, footer, figcaption, .facts dt, .legend { color:var(--faint); font-size:.9rem; }
        footer { margin-top:3rem; border-top:1px solid var(--rule); }
        .equation { font-variant-numeric:tabular-nums; background:var(--card); border-left:3px solid var(--c0); padding:.5rem .8rem; max-width:none; }
        .verdict { font-size:1.05rem; border-left:3px solid var(--good); padding:.4rem .8rem; background:var(--card); }
        .verdict.none { border-left-color:var(--faint); }
        .warning { border-left:3px solid var(--bad); padding:.3rem .8rem; background:var(--card); }
        .facts { display:flex; flex-wrap:wrap; gap:.4rem 1.6rem; margin:.6rem 0 1rem; }
        .facts dd { margin:0; font-variant-numeric:tabular-nums; }
        .table { overflow-x:auto; margin:.6rem 0 1rem; }
        table { border-collapse:collapse; font-size:.92rem; font-variant-numeric:tabular-nums; }
        th, td { padding:.28rem .6rem; text-align:left; vertical-align:top; border-bottom:1px solid var(--rule); }
        thead th { color:var(--faint); font-weight:600; vertical-align:bottom; }
        tbody th { font-weight:400; }
        td.number, th.number { text-align:right; white-space:nowrap; }
        td.short { white-space:nowrap; }
        tr.strong th, tr.strong td { font-weight:650; }
        .h0 { --heat:0%; } .h1 { --heat:5%; } .h2 { --heat:11%; } .h3 { --heat:16%; } .h4 { --heat:22%; } .h5 { --heat:27%; } .h6 { --heat:33%; } .h7 { --heat:38%; } .h8 { --heat:44%; } .h9 { --heat:50%; } .h10 { --heat:55%; }
        td.hot { background:color-mix(in srgb, var(--hot) var(--heat), transparent); }
        td.cold { background:color-mix(in srgb, var(--cold) var(--heat), transparent); }
        .charts { display:grid; grid-template-columns:repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap:.4rem 1.6rem; align-items:start; }
        figure { margin:.6rem 0 1rem; max-width:34rem; break-inside:avoid; }
        .charts figure { max-width:none; }
        svg { display:block; width:100%; height:auto; font-size:13px; }
        svg text { fill:var(--faint); }
        svg text.name, svg text.small { fill:var(--ink); }
        svg text.small { font-size:12px; }
        svg .grid { stroke:var(--rule); stroke-width:1; }
        svg .zero { stroke:var(--faint); stroke-width:1.2; }
        .s0 { --c:var(--c0); } .s1 { --c:var(--c1); } .s2 { --c:var(--c2); } .s3 { --c:var(--c3); } .s4 { --c:var(--c4); } .s5 { --c:var(--c5); } .s6 { --c:var(--c6); } .s7 { --c:var(--c7); }
        .total, .front { --c:var(--ink); } .penalties { --c:var(--faint); }
        svg .line { fill:none; stroke:var(--c); stroke-width:2; stroke-linejoin:round; }
        svg .line.dashed { stroke-dasharray:6 4; } svg .line.again { stroke-dasharray:2 3; } svg .line.total { stroke-width:1.5; }
        svg .line.front { stroke-width:1.2; stroke-dasharray:3 3; }
        svg .parallel { stroke-width:1.4; } svg .parallel.on { --c:var(--c0); } svg .parallel.off { --c:var(--rule); }
        svg .dot, svg .bar { fill:var(--c); }
        svg .band { fill:var(--c); fill-opacity:.72; stroke:var(--paper); stroke-width:.6; }
        svg .band.again { fill-opacity:.4; }
        svg .dot.inband { fill:var(--paper); fill-opacity:.85; }
        svg .interval { stroke:var(--c); stroke-width:2; }
        .good { --c:var(--good); } .bad { --c:var(--bad); } .open { --c:var(--faint); }
        .trial, .legend li { fill:var(--c); }
        .trial.other, .legend .other { --c:var(--c6); } svg .trial.other { fill-opacity:.5; }
        .trial.front, .legend .front { --c:var(--c0); } .trial.knee, .legend .knee { --c:var(--c1); } .trial.chosen, .legend .chosen { --c:var(--c2); } .trial.start, .legend .start { --c:var(--c3); }
        .trial.pruned, .legend .pruned { --c:var(--c6); } svg .trial.pruned { fill:none; stroke:var(--c); stroke-width:1.2; }
        .legend { list-style:none; display:flex; flex-wrap:wrap; gap:.1rem 1rem; margin:.2rem 0 0; padding:0; }
        .legend i { display:inline-block; width:.9em; height:.9em; border-radius:.2em; margin-right:.35em; vertical-align:-.1em; background:var(--c); }
        .legend .dashed i, .legend .again i { background:repeating-linear-gradient(90deg, var(--c) 0 .25em, transparent .25em .42em); height:.35em; vertical-align:.2em; border-radius:0; }
        .legend .pruned i { background:none; border:1.5px solid var(--c); border-radius:50%; }
        .legend .total i { height:.2em; vertical-align:.25em; border-radius:0; }
        .switch input { margin:0 .3rem 0 0; } .switch label { font-size:.9rem; margin-right:1rem; }
        .switch .view-share { display:none; }
        .switch input.share:checked ~ .view-share { display:block; } .switch input.share:checked ~ .view-sum { display:none; }
        .severity { font-weight:650; } .severity.warning-level, .severity.error { color:var(--bad); }
        pre { background:var(--card); padding:.5rem .8rem; overflow-x:auto; font-size:.86rem; line-height:1.45; }
        pre .added { color:var(--good); } pre .removed { color:var(--bad); }
        details summary { cursor:pointer; color:var(--faint); margin:.6rem 0; }
        @media print { :root { --ink:#000; --faint:#444; --paper:#fff; --card:#f3f3f3; --rule:#bbb; --hot:#0072b2; --cold:#d55e00;
          --c0:#0072b2; --c1:#d55e00; --c2:#009e73; --c3:#b5548f; --c4:#c78500; --c5:#3f9fd6; --c6:#6f6f6f; --c7:#8c564b; }
          body { max-width:none; font-size:11pt; padding:0; -webkit-print-color-adjust:exact; print-color-adjust:exact; } .table { overflow:visible; } table { font-size:8pt; } th, td { padding:.15rem .3rem; } td.short { white-space:normal; } nav, .switch input, .switch label { display:none; } h2, h3 { break-after:avoid; } tr { break-inside:avoid; } }

        """;
}
