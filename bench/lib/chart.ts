/** A line of points, each a time and a value. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

const WIDTH = 720;
const HEIGHT = 320;
const LEFT = 60;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 45;
const COLOURS = ["#1f6feb", "#d1242f"];

/** Lines over time, as SVG that reads on light and dark pages alike. */
export function lineChart(title: string, xLabel: string, lines: readonly Line[]): string {
  const all = lines.flatMap(({ points }) => points);
  const right = Math.max(1, ...all.map(([at]) => at));
  const top = Math.max(1, ...all.map(([, value]) => value));
  const x = (at: number) => (LEFT + (at / right) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (value: number) => (HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const grid = ticks.map((share) => {
    const value = share * top;
    const at = share * right;
    return [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#8888" stroke-width="0.5"/>`,
      `<text x="${LEFT - 8}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${Math.round(value).toLocaleString("en")}</text>`,
      `<text x="${x(at)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${Math.round(at)}</text>`,
    ].join("\n");
  });
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(([at, value]) => `${x(at)},${y(value)}`).join(" ");
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>`,
      `<text x="${WIDTH - RIGHT}" y="${TOP + 16 * index}" text-anchor="end" style="fill:${colour}">${name}</text>`,
    ].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<style>text { font: 12px system-ui, sans-serif; fill: #777; }</style>
<text x="${LEFT}" y="20" style="font-size:14px">${title}</text>
${grid.join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${xLabel}</text>
${drawn.join("\n")}
</svg>
`;
}
