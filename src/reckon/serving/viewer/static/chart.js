// A line chart in SVG. series: [{name, points: [[x, y], ...]}]; colours go by place.
import { h, svg, visible } from "./dom.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [460, 200, 52, 12, 10, 26];

// About five round numbers that span [low, high].
export function ticks(low, high) {
  const step = 10 ** Math.floor(Math.log10((high - low) / 4));
  const wide = [1, 2, 5, 10].map((times) => times * step).find((size) => (high - low) / size <= 5.5);
  const found = [];
  for (
    let value = Math.ceil(low / wide - 1e-9) * wide;
    value <= high + wide * 1e-9 && found.length < 12;
    value += wide
  )
    found.push(+value.toPrecision(12));
  return found;
}

export function chart(title, series) {
  const points = series.flatMap((one) => one.points);
  if (!points.length) return null;
  const [x0, x1] = extent(points.map(([x]) => x));
  const [y0, y1] = extent(points.map(([, y]) => y));
  const x = (value) => LEFT + ((value - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM);
  const across = ticks(y0, y1).map((value) => [
    svg("line.grid", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
    svg("text.tick.end", { x: LEFT - 6, y: y(value) + 4 }, told(value)),
  ]);
  const down = ticks(x0, x1).map((value) =>
    svg("text.tick.middle", { x: x(value), y: HEIGHT - BOTTOM + 16 }, told(value)),
  );
  const lines = series.map((one, place) => [
    svg(`polyline.curve.colour-${place % 8}`, {
      points: one.points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" "),
    }),
    one.points.length < 60 &&
      one.points.map(([a, b]) => svg(`circle.dot.colour-${place % 8}`, { cx: x(a), cy: y(b), r: 2 })),
  ]);
  const cursor = svg("line.cursor", {
    x1: LEFT,
    x2: LEFT,
    y1: TOP,
    y2: HEIGHT - BOTTOM,
    visibility: "hidden",
  });
  const drawing = svg(
    "svg.chart",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${visible(title)} by step` },
    across,
    down,
    lines,
    cursor,
  );
  const reading = h("span.reading.dim");
  drawing.addEventListener("mousemove", (event) => {
    const area = drawing.getBoundingClientRect();
    const at =
      x0 + ((((event.clientX - area.left) / area.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT)) * (x1 - x0);
    const near = series.map((one) =>
      one.points.reduce(
        (best, point) => (Math.abs(point[0] - at) < Math.abs(best[0] - at) ? point : best),
        one.points[0],
      ),
    );
    cursor.setAttribute("visibility", "visible");
    for (const name of ["x1", "x2"]) cursor.setAttribute(name, x(near[0][0]));
    reading.textContent = `step ${told(near[0][0])}: ${near.map(([, value]) => told(value)).join(", ")}`;
  });
  drawing.addEventListener("mouseleave", () => {
    cursor.setAttribute("visibility", "hidden");
    reading.textContent = "";
  });
  const names = series.map((one, place) =>
    h("span.name", {}, h(`span.swatch.colour-${place % 8}`), visible(one.name)),
  );
  return h(
    "figure.panel",
    {},
    h("figcaption", {}, h("strong", {}, visible(title)), " ", reading),
    drawing,
    h("div.names", {}, names),
  );
}

function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low === high) return [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  return [low, high];
}

const told = (value) =>
  value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e6)
    ? value.toExponential(1)
    : String(+value.toPrecision(4));
