// Learning curves of a training run, or of several over each other.
import { get } from "./api.js";
import { chart } from "./chart.js";
import { fill, h, visible } from "./dom.js";

const PANELS = {
  right: ["sampled_accuracy", "greedy_accuracy", "accuracy"],
  reward: ["reward", "mixed_groups"],
  code: ["calls", "code_errors"],
  policy: ["entropy", "kl"],
  seconds: [
    "collect_s",
    "generate_s",
    "queue_s",
    "execute_s",
    "grade_s",
    "train_s",
    "hand_over_s",
    "evaluate_s",
  ],
  loss: ["loss"],
};

export async function curvesView(box, [id], asked) {
  const ids = [id, ...(asked.get("with") ?? "").split(",").filter(Boolean)].slice(0, 8);
  const told = await get(`run/${id}`);
  const body = h("div.panels");
  const recipe =
    told.recipe && h("details", {}, h("summary", {}, "recipe"), h("pre.said", {}, visible(told.recipe)));
  let shown = "";

  async function refresh() {
    const runs = await Promise.all(ids.map((one) => get(`curves/${one}`)));
    const version = runs.map((run) => run.version).join();
    if (version !== shown) fill(body, panels(runs));
    shown = version;
    return { live: (await get(`run/${id}`)).live };
  }
  await refresh();
  fill(box, h("h1", {}, visible(told.name)), recipe, body);
  return { title: told.name, crumbs: [[told.name, null]], refresh, live: told.live };
}

function panels(runs) {
  const names = new Set(runs.flatMap((run) => Object.keys(run.curves)));
  const grouped = new Set(Object.values(PANELS).flat());
  const every = [
    ...Object.entries(PANELS),
    ...[...names]
      .filter((name) => !grouped.has(name))
      .sort()
      .map((name) => [name, [name]]),
  ];
  // Several runs over each other have a panel for each metric: their colours tell the runs apart.
  const split =
    runs.length > 1 ? every.flatMap(([, metrics]) => metrics.map((name) => [name, [name]])) : every;
  const drawn = split.map(([title, metrics]) => {
    const series = runs.flatMap((run) =>
      metrics
        .filter((name) => run.curves[name]?.length)
        .map((name) => ({ name: runs.length > 1 ? run.name : name, points: run.curves[name] })),
    );
    return series.length ? chart(title, series) : null;
  });
  return drawn.some(Boolean) ? drawn : h("p.waiting", {}, "no metric is written yet");
}
