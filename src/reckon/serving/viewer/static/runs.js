// All runs: evaluations with their methods, training runs with their last figures.
import { get } from "./api.js";
import { count, fill, h, percent, plural, visible } from "./dom.js";

export async function runsView(box) {
  const chosen = new Set();
  const body = h("div");
  const compare = h("button", { type: "button", disabled: true, onclick: () => open(chosen) }, "compare two");
  fill(box, h("div.tools", {}, h("h1", {}, "Runs"), compare), body);
  let shown = "";

  async function refresh() {
    const runs = await get("runs");
    const now = JSON.stringify(runs);
    if (now !== shown) {
      shown = now;
      fill(body, runs.length ? [evaluations(runs, choose), trainings(runs, choose)] : nothing());
      for (const input of body.querySelectorAll("input")) input.checked = chosen.has(input.value);
    }
    return { live: runs.some((run) => run.live) };
  }

  function choose(input) {
    if (input.checked) chosen.add(input.value);
    else chosen.delete(input.value);
    const kinds = new Set([...chosen].map((run) => run.split(" ")[0]));
    compare.disabled = !(kinds.size === 1 && (kinds.has("training") ? chosen.size > 1 : chosen.size === 2));
    compare.textContent = kinds.has("training") && kinds.size === 1 ? "compare curves" : "compare two";
  }
  const { live } = await refresh();
  return { title: "Runs", crumbs: [], refresh, live };
}

function open(chosen) {
  const runs = [...chosen].map((run) => run.split(" "));
  const names = runs.map(([, id]) => id);
  if (runs[0][0] === "training") location.hash = `#/curves/${names[0]}?with=${names.slice(1).join(",")}`;
  else location.hash = `#/compare/${names[0]}/0/${names[1]}/0`;
}

const nothing = () =>
  h(
    "p.waiting",
    {},
    "No runs here yet: 'reckon eval' and 'reckon train' write them, and they show up by themselves.",
  );

const box = (run, choose) => {
  const input = h("input", {
    type: "checkbox",
    value: `${run.kind} ${run.id}`,
    "aria-label": "choose",
    onchange: () => choose(input),
  });
  return h("td", {}, input);
};

const names = (given) =>
  Array.isArray(given) ? given.map((name) => String(name).split("(")[0]).join(", ") : "";
const when = (run) => new Date(1000 * run.changed).toLocaleString("sv").slice(0, 16);
const live = (run) => run.live && h("span.live", {}, "live");
const table = (titles, rows) =>
  h(
    "div.scroll",
    {},
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          titles.map(([name, kind]) => h(`th${kind ?? ""}`, {}, name)),
        ),
      ),
      h("tbody", {}, rows),
    ),
  );

function evaluations(runs, choose) {
  const every = runs.filter((run) => run.kind === "evaluation");
  if (!every.length) return null;
  const rows = every.map((run) =>
    h(
      "tr.row",
      {},
      box(run, choose),
      h("td", {}, h("a", { href: `#/run/${run.id}` }, visible(run.name)), live(run)),
      evaluation(run),
      h("td.dim", {}, when(run)),
    ),
  );
  const titles = [
    ["", ".narrow"],
    ["run"],
    ["tasks"],
    ["methods"],
    ["right", ".number"],
    ["rollouts", ".number"],
    ["void", ".number"],
    ["changed"],
  ];
  return [h("h2", {}, plural(every.length, "evaluation")), table(titles, rows)];
}

function evaluation(run) {
  if (run.fault) return h(`td.${run.waiting ? "dim" : "fault"}`, { colspan: 5 }, visible(run.fault));
  const methods = run.methods.slice(0, 4);
  const right = methods.map((method) => h("div", {}, percent(method.right)));
  const more = run.methods.length - methods.length;
  return [
    h("td.clip", { title: names(run.said.tasks) }, visible(names(run.said.tasks))),
    h(
      "td.clip",
      {},
      methods.map((method) =>
        h("div.clip", { title: visible(`${method.reasoner}, ${method.model}`) }, visible(method.title)),
      ),
      more > 0 && h("div.dim", {}, `and ${more} more`),
    ),
    h("td.number", {}, right),
    h("td.number", {}, count(run.rollouts)),
    h("td.number", {}, count(run.methods.reduce((sum, method) => sum + method.void, 0))),
  ];
}

function trainings(runs, choose) {
  const every = runs.filter((run) => run.kind === "training");
  if (!every.length) return null;
  const rows = every.map((run) => {
    const last = Object.entries(run.last ?? {}).map(([name, value]) => `${name} ${+value.toPrecision(3)}`);
    const told = run.fault
      ? h("td.fault", { colspan: 2 }, visible(run.fault))
      : [h("td.number", {}, count(run.steps)), h("td", {}, visible(last.join("   ")))];
    return h(
      "tr.row",
      {},
      box(run, choose),
      h("td", {}, h("a", { href: `#/curves/${run.id}` }, visible(run.name)), live(run)),
      told,
      h("td.dim", {}, when(run)),
    );
  });
  return [
    h("h2", {}, plural(every.length, "training run")),
    table([["", ".narrow"], ["run"], ["rows", ".number"], ["last figures"], ["changed"]], rows),
  ];
}
