import { ALARMS } from "../../infra/alarm-table.ts";
import { dashboardBody, type Widget } from "../../infra/dashboard-body.ts";
import { LAST_ERRORS, PERIODS, RINGING, valuesOf } from "./outage.ts";

export const PICTURE = new URL("../../docs/images/dashboard.svg", import.meta.url);

/** Pixels of a cell of CloudWatch's grid. */
const CELL = { width: 50, height: 34 };
const COLOURS = [
  "#1f77b4",
  "#ff7f0e",
  "#2ca02c",
  "#d62728",
  "#9467bd",
  "#8c564b",
  "#e377c2",
  "#7f7f7f",
  "#bcbd22",
  "#17becf",
];
const MUTED = "#687078";

/** The dashboard as SVG. */
export function picture(): string {
  const ids = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const functions = ["Intake", "Reconcile", "Notify", "Sweep"];
  const waiting = ["Signals", "SignalsDeadLetters", "DelayedSignals", "Notifications"];
  const failures = ["IntakeFailures", "NotifyFailures", "DelayedSignalsFailures", "SweepFailures"];
  const { widgets } = dashboardBody<string>({
    title: "specdrop-production",
    region: "eu-central-1",
    namespace: "specdrop/production",
    functions: ids(functions),
    queues: ids([...waiting, ...failures]),
    logGroups: ids(functions),
    alarms: Object.keys(ALARMS).map((id) => id.replace(/Alarm$/, "")),
    runbook: "docs/operate.md",
  });
  const height = Math.max(...widgets.map((widget) => widget.y + widget.height)) * CELL.height;
  const width = 24 * CELL.width;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="11">`,
    `<title>The dashboard of specdrop during an outage of Cloud Control</title>`,
    `<rect width="${width}" height="${height}" fill="#f2f3f3"/>`,
    ...widgets.map(drawn),
    "</svg>\n",
  ].join("\n");
}

function drawn({ type, x, y, width, height, properties }: Widget<string>): string {
  const box = { width: width * CELL.width - 8, height: height * CELL.height - 8 };
  const title = properties.title ?? "";
  const inside = {
    text: () => headline(properties.markdown),
    alarm: () => statuses(properties.alarms, box.width),
    log: () => errors(),
    metric: () => graph(properties, box),
  }[type]();
  return [
    `<g transform="translate(${x * CELL.width + 4} ${y * CELL.height + 4})">`,
    `<rect width="${box.width}" height="${box.height}" fill="#fff" stroke="#d5dbdb"/>`,
    ...(title === "" ? [] : [text(10, 18, title, 'font-weight="bold" font-size="13"')]),
    inside,
    "</g>",
  ].join("\n");
}

function headline(markdown: string): string {
  const [name = "", link = ""] = markdown.split("\n");
  const shown = link.replace(/\[(.*?)\]\(.*\)/, "$1");
  return `${text(12, 26, name.replace(/^# /, ""), 'font-weight="bold" font-size="20"')}\n${text(12, 48, shown, 'fill="#0972d3" font-size="13"')}`;
}

function statuses(names: readonly string[], width: number): string {
  const columns = 7;
  const cell = (width - 20) / columns;
  return names
    .map((name, index) => {
      const [x, y] = [10 + (index % columns) * cell, 28 + Math.floor(index / columns) * 24];
      const rings = RINGING.has(name);
      const [fill, stroke] = rings ? ["#fdd", "#d13212"] : ["#f2fcf3", "#1d8102"];
      return `<rect x="${round(x)}" y="${y}" width="${round(cell - 6)}" height="20" fill="${fill}" stroke="${stroke}"/>${text(round(x + 6), y + 14, name, `fill="${stroke}"`)}`;
    })
    .join("\n");
}

function errors(): string {
  const columns = [10, 110, 380, 520];
  const rows = [["@timestamp", "documentId", "apiId", "message"] as const, ...LAST_ERRORS];
  return rows
    .map((row, index) =>
      row
        .map((value, column) =>
          text(columns[column] ?? 0, 42 + index * 24, value, index === 0 ? `fill="${MUTED}"` : ""),
        )
        .join(""),
    )
    .join("\n");
}

function graph(
  properties: Widget<string>["properties"],
  box: { readonly width: number; readonly height: number },
): string {
  const lines = (properties.metrics as (string | { label?: string })[][]).map((metric, index) => {
    const { label = String(metric[1]) } = metric.find((part) => typeof part === "object") ?? {};
    return {
      label,
      values: valuesOf(String(metric[1]), label, String(metric[3])),
      colour: COLOURS[index % COLOURS.length],
    };
  });
  const limits: readonly { readonly label: string; readonly value: number }[] =
    properties.annotations?.horizontal ?? [];
  const most = Math.max(1, ...lines.flatMap(({ values }) => values), ...limits.map(({ value }) => value)) * 1.1;
  const area = { left: 44, top: 30, width: box.width - 60, height: box.height - 82 };
  const x = (period: number) => round(area.left + (period / (PERIODS - 1)) * area.width);
  const y = (value: number) => round(area.top + area.height * (1 - value / most));
  const legend = legendOf(lines, box.width).map(({ label, colour, left, row }) => {
    const base = area.top + area.height + 32 + row * 13;
    return `<rect x="${left}" y="${base - 8}" width="8" height="8" fill="${colour}"/>${text(left + 12, base, label, 'font-size="10"')}`;
  });
  return [
    `<path d="M${area.left} ${area.top}v${area.height}h${area.width}" fill="none" stroke="#aab7b8"/>`,
    text(6, y(most) + 4, short(most), `fill="${MUTED}"`),
    text(6, y(0), "0", `fill="${MUTED}"`),
    ...["23:00", "00:00", "01:00"].map((time, hour) =>
      text(x(hour * 12), area.top + area.height + 14, time, `fill="${MUTED}"`),
    ),
    ...lines.map(({ values, colour }) => {
      const points = values.map((value, period) => `${x(period)},${y(value)}`).join(" ");
      return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    }),
    ...limits.flatMap(({ label, value }) => [
      `<path d="M${area.left} ${y(value)}h${area.width}" stroke="#d13212" stroke-dasharray="5 4"/>`,
      text(area.left + 4, y(value) - 4, label, 'fill="#d13212"'),
    ]),
    ...legend,
  ].join("\n");
}

function legendOf<Line extends { readonly label: string }>(lines: readonly Line[], width: number) {
  let [left, row] = [10, 0];
  return lines.map((line) => {
    const needed = 26 + line.label.length * 5.4;
    if (left + needed > width) [left, row] = [10, row + 1];
    const placed = { ...line, left: round(left), row };
    left += needed;
    return placed;
  });
}

function text(x: number, y: number, content: string, more = ""): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" ${more}>${escaped}</text>`.replace(" >", ">");
}

function short(value: number): string {
  return value >= 1_000 ? `${(value / 1_000).toFixed(1)}k` : String(Math.round(value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
