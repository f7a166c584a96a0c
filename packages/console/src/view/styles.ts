/** `light-dark(light, dark)`: by the system's setting alone. Contrasts are at least 4.5 for text, 3 for what else has a meaning. */
const TOKENS: Readonly<Record<string, readonly [string, string]>> = {
  bg: ["#ffffff", "#0f1215"],
  sunk: ["#f6f7f9", "#161a1e"],
  line: ["#d5dbe1", "#323a42"],
  hair: ["#e9edf0", "#21272d"],
  edge: ["#868f98", "#69747f"],
  text: ["#1a1f24", "#e7ebef"],
  quiet: ["#5a646e", "#9ba6b1"],
  unproven: ["#5a646e", "#9ba6b1"],
  "unproven-tint": ["#eff2f4", "#1c2126"],
  live: ["#1a7437", "#4fc46f"],
  "live-tint": ["#e8f5eb", "#12261a"],
  "live-bar": ["#9fd3ae", "#2c6b41"],
  pending: ["#0a5fc4", "#6fb1ff"],
  "pending-tint": ["#e6f0fc", "#122338"],
  drifted: ["#7638c9", "#bb98ff"],
  "drifted-tint": ["#f2ebfd", "#221a36"],
  failed: ["#c01f2e", "#ff8080"],
  "failed-tint": ["#fdebec", "#34181b"],
  blocked: ["#944700", "#f0a350"],
  "blocked-tint": ["#fcf0e2", "#2e2011"],
  added: ["#11602c", "#7fdc9a"],
  "added-tint": ["#e6f6ea", "#12281a"],
  removed: ["#a01a27", "#ff9d9d"],
  "removed-tint": ["#fdebec", "#34181b"],
  select: ["#eef4fc", "#14212f"],
};

const tokens = Object.entries(TOKENS).map(([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`);
const standings = ["failed", "blocked", "drifted", "pending", "unproven", "live"].map(
  (state) =>
    `.g.${state},.t-${state}{color:var(--${state})}.tint-${state}{background:var(--${state}-tint)}.s-${state}{fill:var(--${state === "live" ? "live-bar" : state})}`,
);

/** The whole of the page's styles. No `style` attribute is anywhere: the policy allows none. */
export const STYLES: string = `:root{color-scheme:light dark;${tokens.join(";")}}
${standings.join("")}
.g.warning{color:var(--blocked)}.g.none{color:var(--quiet)}
*{box-sizing:border-box}
html{font:400 .875rem/1.4286 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--text);background:var(--bg);font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
body,h1,h2,h3,p,ul,ol,dl,dd,pre,fieldset{margin:0;padding:0;border:0}
ul,ol{list-style:none}
h1{font:640 1.5rem/1.3334 inherit;font-family:inherit;font-size:1.5rem;font-weight:640;line-height:2rem}
h2,h3,legend,.field>span{font-size:.875rem;font-weight:640;line-height:1.25rem}
h3{font-size:.8125rem}
small,.quiet{color:var(--quiet);font-weight:400}
small{font-size:.8125rem}
button,input,select,textarea{font:inherit;color:inherit}
code,kbd,pre,textarea,.key-line code,input[type=text]{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.78125rem;font-variant-ligatures:none}
code{overflow-wrap:anywhere}
a{color:inherit}
button{background:none;border:0;padding:0;cursor:pointer;text-align:inherit}
:focus{outline:none}
:focus-visible{outline:2px solid var(--pending);outline-offset:1px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.mute{font-size:0}
.shapes{position:absolute}
.g{width:.875rem;height:.875rem;flex:none}
.g.large{width:1.5rem;height:1.5rem}
.ink{stroke:var(--bg)}
.space{flex:1}
.skip{position:absolute;left:0;top:0;z-index:2}
.skip a{position:absolute;left:8px;top:-100px;white-space:nowrap;background:var(--bg);border:1px solid var(--edge);border-radius:6px;padding:4px 12px}
.skip a:focus{top:8px}
.app{display:flex;flex-direction:column;min-height:100vh}
main,.help{width:100%;max-width:1680px;margin:0 auto;padding:0 32px}
main{flex:1;padding-bottom:32px}
.top{display:flex;align-items:center;gap:8px 12px;flex-wrap:wrap;min-height:44px;padding:6px 32px;border-bottom:1px solid var(--hair)}
.brand{font-weight:640;text-decoration:none;padding-right:12px;border-right:1px solid var(--line)}
.where{flex:1;min-width:0;overflow-wrap:anywhere}
.where code{color:var(--quiet);margin-left:4px}
.filter{position:relative;width:284px}
.filter input{width:100%;padding:4px 34px 4px 10px;border:1px solid var(--edge);border-radius:6px;background:var(--bg)}
.filter input::placeholder{color:var(--quiet);opacity:1}
.filter kbd{position:absolute;right:7px;top:6px}
kbd,.key{border:1px solid var(--line);border-radius:4px;background:var(--sunk);color:var(--quiet);padding:0 5px;font-size:.75rem;line-height:1.125rem}
.key{min-width:24px;min-height:24px;text-align:center}
.connection{display:flex;align-items:center;gap:6px;color:var(--quiet);font-size:.8125rem}
.verdict{display:flex;gap:12px;padding:24px 0}
.verdict>div{flex:1;min-width:0}
.verdict>.g{margin-top:4px}
.line{color:var(--quiet);margin-top:4px;max-width:90ch}
.banner{margin-top:12px;padding:8px 12px;border-radius:8px;background:var(--pending-tint)}
.bar{display:block;margin-top:16px;border-radius:3px}
.past .bar rect{fill:var(--unproven)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin-top:10px;font-size:.8125rem}
.legend li,.legend button{display:inline-flex;align-items:center;gap:6px}
.legend button{min-height:24px;border-radius:6px;padding:0 4px;margin:0 -4px}
.legend button[aria-pressed=true]{background:var(--select);outline:1px solid var(--pending)}
.columns-2{display:grid;grid-template-columns:minmax(0,1fr) 440px;gap:32px;align-items:start}
.aside{position:sticky;top:16px;max-height:calc(100vh - 32px);overflow:auto;padding:3px;margin:-3px}
.main>*+*,.aside>*+*,#apis>*+*{margin-top:28px}
.head{display:flex;align-items:center;flex-wrap:wrap;gap:2px 8px;min-height:28px;margin-bottom:6px}
.problems .head{justify-content:space-between}
.box{border:1px solid var(--line);border-radius:8px}
.problem{display:flex;gap:10px;padding:10px 14px;border-bottom:1px solid var(--hair)}
.problem:last-child{border:0}
.problem>.g{margin-top:3px}
.problem .what{flex:1;min-width:0}
.problem .when{font-size:.8125rem;white-space:nowrap}
.problem p+p,.problem p+.command{margin-top:3px}
.problem .quiet{font-size:.8125rem;overflow-wrap:anywhere}
.problem .next{display:inline;margin-right:8px}
.problem .next+.command{display:inline-flex;vertical-align:middle}
.problem.current{background:var(--select);box-shadow:inset 3px 0 var(--pending)}
.problem:first-child{border-radius:8px 8px 0 0}.problem:last-child{border-radius:0 0 8px 8px}.problem:only-child{border-radius:8px}
.plain{font-weight:inherit;min-height:24px;position:relative}
.plain:hover{text-decoration:underline}
.command{display:flex;max-width:100%;align-items:stretch;border:1px solid var(--line);border-radius:6px;background:var(--sunk);margin-top:6px}
.command code{flex:1;min-width:0;padding:3px 8px;white-space:pre-wrap}
.command button{flex:none;align-self:center;color:var(--quiet);font-size:.8125rem;padding:2px 10px;min-height:24px;border-left:1px solid var(--line)}
.command button:hover,.link:hover{color:var(--text);text-decoration:underline}
.command.refused{padding:3px 8px;color:var(--blocked)}
.api .head h2{font-size:.9375rem}
.button,.more{border:1px solid var(--edge);border-radius:6px;padding:3px 10px;min-height:28px;text-decoration:none;font-size:.8125rem;line-height:1.25rem}
.more{margin-top:8px}
.button:hover,.more:hover,.pill:hover,.row:hover{background:var(--sunk)}
.way{width:100%;border-collapse:separate;border-spacing:0;table-layout:fixed;font-size:.8125rem;line-height:1.1875rem}
.way th{text-align:left;font-weight:400;color:var(--quiet);font-size:.75rem;padding:6px 10px;background:var(--sunk)}
.way th:first-child{border-radius:8px 0 0}.way th:last-child{border-radius:0 8px 0 0}
.way th:nth-child(-n+2){width:11.5%}.way th:nth-child(3){width:21%}.way th:nth-child(4){width:16%}.way th:nth-child(5){width:15%}.way th:nth-child(7){width:13%}
.way .arrow{float:right}
.way td{vertical-align:top;padding:8px 10px;border-top:1px solid var(--hair);overflow-wrap:anywhere}
.way tbody tr:first-child td{border-top-color:var(--line)}
.way td.pick{padding:0}
.way td.pick>:not(button){margin:8px 0 0 10px}
.cell{display:block;width:100%;height:100%;padding:8px 10px;min-height:44px}
.cell:hover{background:var(--sunk)}
.selected{outline:2px solid var(--pending);outline-offset:-2px}
.standing{display:flex;gap:5px;font-size:.75rem;line-height:1rem;margin-top:2px}
.standing .g{width:.75rem;height:.75rem;margin-top:2px}
.part+.part{margin-top:8px}
.kind{font-size:.75rem}
progress{width:100%;height:6px;accent-color:var(--pending)}
.rows li+li{border-top:1px solid var(--hair)}
.row{display:grid;grid-template-columns:auto minmax(90px,150px) minmax(0,110px) minmax(0,1fr) auto;gap:10px;align-items:center;width:100%;padding:6px 14px;min-height:34px;overflow-wrap:anywhere}
.row .end{font-size:.8125rem;text-align:right}
.marks{max-width:100%}
.inspector .head>:is(h1,h2){overflow-wrap:anywhere;font-size:.875rem;line-height:1.25rem}
.inspector>.box{overflow:hidden}
.about{padding:12px 16px 8px}
.key-line{display:flex;flex-wrap:wrap;align-items:center;gap:4px 8px;font-size:.9375rem}
.key-line code{font-size:.9375rem}
dl{display:grid;grid-template-columns:72px 1fr;gap:2px 12px;margin-top:8px;font-size:.8125rem}
dt{color:var(--quiet)}
dd{overflow-wrap:anywhere}
.tabs{display:flex;gap:16px;padding:0 16px;border-bottom:1px solid var(--line)}
.tabs button{padding:6px 0;min-height:28px;color:var(--quiet)}
.tabs [aria-selected=true]{color:var(--text);font-weight:600;box-shadow:inset 0 -2px var(--text)}
.panel{padding:12px 16px 16px}
.panel h3{margin:12px 0 4px}
.error{padding:8px 10px;border-radius:6px;background:var(--failed-tint);margin-bottom:12px;overflow-wrap:anywhere}
.error b{color:var(--failed)}
.compared{margin-top:12px}
.compared :is(h2,h3){margin:0;font-size:.8125rem}
.counted li+li{margin-top:4px}
.diff{border:1px solid var(--line);border-radius:6px;overflow:hidden;font:.75rem/1.0625rem ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-variant-ligatures:none}
.diff .line{display:flex;max-width:none;margin:0;color:var(--text)}
.diff .number{flex:none;width:2.25rem;padding-right:8px;text-align:right;color:var(--quiet);background:var(--sunk);user-select:none}
.diff .sign{flex:none;width:1.25rem;text-align:center;user-select:none}
.diff .text{flex:1;min-width:0;white-space:pre-wrap;overflow-wrap:anywhere;text-decoration:none}
.diff .added,.diff .added .number{color:var(--added);background:var(--added-tint)}
.diff .removed,.diff .removed .number{color:var(--removed);background:var(--removed-tint)}
.diff .gap{color:var(--quiet)}
.history li,.activity li{display:flex;gap:8px}
.history li+li{margin-top:10px}
.history li>div{flex:1;min-width:0}
.history time,.activity time{color:var(--quiet);font-size:.8125rem;white-space:nowrap}
.history .g,.activity .g{margin-top:3px}
.activity>ol>li{padding-bottom:14px;position:relative}
.activity>ol>li:not(:last-child)::before{content:"";position:absolute;left:6.5px;top:22px;bottom:0;border-left:1px solid var(--line)}
.activity>ol>li>div{flex:1;min-width:0;font-size:.8125rem}
.activity p:first-child{display:flex;flex-wrap:wrap;gap:0 5px}
.activity b,.history b{overflow-wrap:anywhere}
.steps{display:flex;flex-wrap:wrap;margin-top:6px;border-radius:6px}
.steps li{flex:1 1 78px;flex-direction:column;gap:0;padding:4px 5px;font-size:.75rem;line-height:1rem;border-left:1px solid var(--hair);overflow-wrap:anywhere}
.steps li:first-child{border:0}
.steps .name{display:flex;gap:4px;font-weight:600}
.steps .g{width:.75rem;height:.75rem;margin-top:2px}
.withdrawn summary{color:var(--quiet);min-height:24px}
.withdrawn li{margin-top:4px;overflow-wrap:anywhere}
.empty{max-width:980px}
.begin{counter-reset:n}
.begin li{counter-increment:n;position:relative;padding:0 0 20px 36px}
.begin li::before{content:counter(n);position:absolute;left:0;width:22px;height:22px;border:1px solid var(--line);border-radius:50%;text-align:center;font-size:.75rem;line-height:20px;font-weight:640;color:var(--quiet)}
.begin .command{border-radius:8px}
.begin .command code{padding:8px 14px}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));margin:8px 0 20px;font-size:.8125rem}
.columns li{padding:8px 14px;border-left:1px solid var(--hair)}
.columns li:first-child{border:0}
.columns b{display:block}
.meanings{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:8px 20px;font-size:.8125rem}
.meanings li{display:flex;align-items:flex-start;gap:6px}
.meanings .g{margin-top:3px}
.help{padding:12px 32px;border-width:0 0 1px;border-radius:0;background:var(--sunk)}
.help ul{columns:3 220px}
.help li,.keys li{margin-bottom:4px}
kbd+kbd{margin-left:3px}
.foot{display:flex;flex-wrap:wrap;gap:4px 24px;justify-content:space-between;padding:10px 32px;border-top:1px solid var(--hair);font-size:.75rem;color:var(--quiet)}
.keys{display:flex;flex-wrap:wrap;gap:2px 18px}
.link{color:var(--quiet);text-decoration:underline;min-height:24px;font-size:.8125rem}
.crumbs{padding-top:16px;color:var(--quiet);font-size:.8125rem}
.crumbs a{color:inherit}
.try-page h1{margin-top:4px}
.try,.f-route{margin-top:16px}
.try{display:grid;grid-template-columns:minmax(0,500px) minmax(0,1fr);gap:24px 40px;align-items:start}
.try.compact{display:block;margin:0}
.try.compact .got{margin-top:16px}
.f-route{display:block;max-width:500px}
.field{display:block;margin-top:10px}
.field>span{display:block;font-size:.8125rem;font-weight:400;color:var(--quiet);margin-bottom:3px}
.f-route>span{font-weight:640;color:var(--text)}
.field input,.field select,.field textarea{width:100%;padding:5px 10px;border:1px solid var(--edge);border-radius:6px;background:var(--bg);min-height:30px}
.field textarea{resize:vertical;line-height:1.25rem}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,2.7fr);gap:12px}
.choice{display:flex;gap:16px;margin-top:8px}
.choice label{display:flex;gap:4px;align-items:center;min-height:24px}
fieldset+fieldset,.given>.button{margin-top:18px}
.samples{display:flex;flex-wrap:wrap;align-items:center;gap:6px;margin-top:8px;font-size:.75rem}
.pill{border:1px solid var(--edge);border-radius:999px;padding:2px 10px;min-height:24px}
.sides{display:inline-flex;flex-wrap:wrap;border:1px solid var(--edge);border-radius:8px;padding:2px;margin-bottom:14px}
.sides button{padding:3px 12px;border-radius:6px;min-height:24px;color:var(--quiet);font-size:.8125rem}
.sides [aria-pressed=true]{background:var(--text);color:var(--bg)}
.way-steps li{display:grid;grid-template-columns:auto 104px minmax(0,1fr) auto;gap:4px 10px;padding:8px 14px;border-top:1px solid var(--hair);font-size:.8125rem;overflow-wrap:anywhere}
.way-steps li:first-child{border:0}
.way-steps .g{margin-top:3px}
.compact .way-steps li{grid-template-columns:auto minmax(0,1fr) auto}
.compact .way-steps li>div{grid-row:2;grid-column:2/4}
.frame{margin-top:14px;overflow:hidden}
.frame .head{margin:0;padding:6px 14px;background:var(--sunk);border-bottom:1px solid var(--line)}
.frame pre{padding:10px 14px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.25rem}
.frame>p{padding:0 14px 10px;font-size:.8125rem}
.frame.none{padding:12px 14px}
.sample{border-bottom:1px dotted currentColor}
.finding{margin-top:10px;padding:8px 12px;border-radius:6px;background:var(--blocked-tint);font-size:.8125rem;overflow-wrap:anywhere}
.finding b{color:var(--blocked)}
.back{display:none;min-height:44px;align-items:center}
@media (max-width:1099.98px){.columns-2{display:block}.aside{position:static;max-height:none;overflow:visible;margin-top:28px}.try{display:block}.got{margin-top:24px}}
@media (max-width:719.98px){
main,.top,.foot,.help{padding-left:16px;padding-right:16px}
h1{font-size:1.25rem;line-height:1.625rem}
.verdict{padding:16px 0}
.verdict>div{margin-left:0}
.filter{order:5;width:100%}
.filter input{min-height:44px}.filter kbd{top:12px}
.wide-only,.keys,.where code{display:none}
.key,.button,.more,.legend button,.command button,.pill,.sides button,.tabs button,.field input,.field select,.row,.link,.choice label,summary{min-height:44px}
a.button{display:inline-flex;align-items:center}
.key{min-width:44px}.top .key{display:none}.plain::after{content:"";position:absolute;inset:-10px -8px}
.problem{flex-wrap:wrap}.problem .when{width:100%;margin-left:24px}
.row{grid-template-columns:auto minmax(0,1fr) auto}
.row code,.row .marks{display:none}
.way,.way tbody,.way tr{display:block}
.way thead{display:none}
.way tbody{display:flex;flex-direction:column;border-top:1px solid var(--line)}
.way tbody:first-of-type{border-top:0}
.way tr{display:contents}
.way td{order:3;display:block}
.way td::before{content:attr(data-label);display:block;color:var(--quiet);font-size:.75rem}
.way td.pick::before{padding:6px 10px 0}
.way .cell{padding-top:2px}
.way td[data-label=Route]{order:1}.way td[data-label=Integration]{order:2}
.way td[data-label="Route response"]{order:4}.way td[data-label=Stage]{order:5}.way td[data-label=Document]{order:6}
.pair{display:block}
.way-steps li{grid-template-columns:auto minmax(0,1fr) auto}.way-steps li>div{grid-row:2;grid-column:2/4}
.at-page .inspector,.at-api .inspector{display:none}
.at-response .verdict,.at-response .main,.at-response .activity{display:none}
.back{display:inline-flex}
.inspector{padding-top:8px}
}
@media (forced-colors:active){.bar rect,.marks path{fill:CanvasText}.bar .s-live,.marks .s-live{fill:GrayText}.ink{stroke:Canvas}.selected{outline-color:Highlight}}
`.replaceAll("\n", "");
