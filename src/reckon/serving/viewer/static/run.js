// One evaluation run: its methods with their intervals, and its rollouts, filtered and sorted by the server.
import { get } from "./api.js";
import { choice, count, fill, h, mark, percent, plural, seconds, short, svg, visible } from "./dom.js";

const NAMES = ["filter", "method", "task", "text", "inside", "sort", "page"];
const COLUMNS = [
  ["number", "#", "number"],
  ["score", "", "narrow"],
  ["problem", "problem"],
  ["method", "method"],
  ["answer", "answer"],
  [null, "gold"],
  [null, "runs ended"],
  ["difficulty", "difficulty", "number"],
  ["tokens_out", "tokens", "number"],
  ["seconds", "time", "number"],
];

export async function runView(box, [id], asked, say) {
  const state = Object.fromEntries(NAMES.map((name) => [name, asked.get(name) ?? ""]));
  let run = await get(`run/${id}`, {}, say);
  if (run.kind === "training") {
    location.replace(`#/curves/${id}`);
    return { title: run.name, crumbs: [] };
  }
  const head = h("div");
  const filters = h("div.filters");
  const list = h("div");
  fill(box, h("h1", {}, visible(run.name)), settings(run.said), head, filters, list);
  let latest = 0;

  const query = () =>
    Object.fromEntries(NAMES.map((name) => [name, state[name]]).filter(([, value]) => value));
  const suffix = () => (Object.keys(query()).length ? `?${new URLSearchParams(query())}` : "");

  async function showRows() {
    const mine = ++latest;
    const rows = await get(`run/${id}/rows`, query());
    if (mine !== latest) return;
    const here = list.querySelectorAll(".row");
    const at = [...here].findIndex((row) => row.classList.contains("here"));
    fill(list, table(id, run, rows, state, suffix(), sortBy), pager(rows, turn));
    list.querySelectorAll(".row")[at]?.classList.add("here");
    list.dataset.total = rows.total;
  }

  async function change(values) {
    Object.assign(state, { page: "" }, values);
    history.replaceState(null, "", `#/run/${id}${suffix()}`);
    await showRows();
  }

  const sortBy = (name) =>
    change({ sort: state.sort === name ? `-${name}` : state.sort === `-${name}` ? "" : name });
  const turn = (step) => {
    const page = Number(state.page || 0) + step;
    const last = Math.ceil(Number(list.dataset.total) / 100) - 1;
    if (page >= 0 && page <= last) change({ page: page ? String(page) : "" }).then(() => scrollTo(0, 0));
  };

  async function showHead() {
    const tally = await get(`run/${id}/votes`);
    fill(
      head,
      run.methods.length
        ? [methods(run), between(id, run), votes(run, tally)]
        : h("p.waiting", {}, "no rollout is finished yet"),
    );
  }

  async function refresh() {
    const now = await get(`run/${id}`);
    if (now.version !== run.version) {
      const choices = ({ methods, tasks }) => JSON.stringify([methods.map((method) => method.title), tasks]);
      const more = choices(now) !== choices(run);
      run = now;
      // What someone is typing or choosing in is left as it is.
      if (more && !filters.contains(document.activeElement)) fill(filters, controls(run, state, change));
      await Promise.all([head.contains(document.activeElement) || showHead(), showRows()]);
    }
    return { live: now.live };
  }
  fill(filters, controls(run, state, change));
  await Promise.all([showHead(), showRows()]);
  const told = [
    ["e / w", "code errors only, wrong only (again: all)"],
    ["x", "problems with different scores"],
  ];
  const only = (name) => () =>
    change({ filter: state.filter === name ? "" : name }).then(() =>
      fill(filters, controls(run, state, change)),
    );
  const keys = {
    "[": () => turn(-1),
    "]": () => turn(1),
    e: only("error"),
    w: only("wrong"),
    x: only("disagreement"),
  };
  return { title: run.name, crumbs: [[run.name, null]], refresh, live: run.live, keys, told };
}

function settings(said) {
  const shown = ["begun", "models", "settings", "seed"].filter(
    (name) => said[name] !== undefined && said[name] !== null && said[name] !== "",
  );
  return h(
    "p.dim",
    {},
    shown
      .map((name) => `${name} ${visible(Array.isArray(said[name]) ? said[name].join(", ") : said[name])}`)
      .join(" · "),
  );
}

// The accuracy as a dot in its interval, on a line from 0 to 1.
export function interval(method) {
  if (method.right === undefined) return null;
  const x = (value) => 5 + 110 * value;
  const told = `${percent(method.low)} to ${percent(method.high)}`;
  return svg(
    "svg.interval",
    { viewBox: "0 0 120 14", role: "img", "aria-label": told },
    svg("line.axis", { x1: x(0), x2: x(1), y1: 7, y2: 7 }),
    svg("line.span", { x1: x(method.low), x2: x(method.high), y1: 7, y2: 7 }),
    svg("circle", { cx: x(method.right), cy: 7, r: 4 }),
  );
}

function methods(run) {
  const titles = [
    "method",
    "right",
    "95 % interval",
    "",
    "problems",
    "rollouts",
    "runs",
    "errors",
    "tokens",
    "time",
    "void",
  ];
  const rows = run.methods.map((method) =>
    h(
      "tr",
      {},
      h("td.clip", { title: visible(`${method.reasoner}, ${method.model}`) }, visible(method.title)),
      h("td.number", {}, percent(method.right)),
      h(
        "td.number.dim",
        {},
        method.right === undefined ? "–" : `${percent(method.low)} to ${percent(method.high)}`,
      ),
      h("td", {}, interval(method)),
      [method.problems, method.n].map((value) => h("td.number", {}, count(value))),
      [method.runs, method.errors, method.tokens].map((value) => h("td.number", {}, short(value))),
      h("td.number", {}, seconds(method.seconds)),
      h("td.number", {}, count(method.void)),
    ),
  );
  const head = titles.map((title, place) => h(place && title ? "th.number" : "th", {}, title));
  return h("div.scroll", {}, h("table.methods", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}

// Two methods to compare, or to judge between.
function between(id, run) {
  if (run.methods.length < 2) return null;
  const pairs = run.methods.map((method, place) => [String(place), method.title]);
  let [one, two] = ["0", "1"];
  const go = (there) => () => (location.hash = there(one, two));
  return h(
    "div.filters",
    {},
    choice("of", pairs, one, (value) => (one = value)),
    choice("and", pairs, two, (value) => (two = value)),
    h("button", { type: "button", onclick: go((a, b) => `#/compare/${id}/${a}/${id}/${b}`) }, "compare"),
    h("button", { type: "button", onclick: go((a, b) => `#/vote/${id}?one=${a}&two=${b}`) }, "judge by hand"),
  );
}

function votes(run, tally) {
  if (!tally.votes) return null;
  const title = (place) => visible(run.methods[place]?.title ?? place);
  const told = tally.pairs.map((pair) =>
    h(
      "li",
      {},
      pair.methods.map((place, side) => `${title(place)} won ${side ? pair.two : pair.one}, `),
      plural(pair.tie, "tie"),
    ),
  );
  return h("div.votes", {}, h("h2", {}, plural(tally.votes, "vote")), h("ul", {}, told));
}

// A field that acts when typing pauses.
function field(type, label, value, pause, act) {
  let typing = 0;
  const input = h("input", {
    type,
    placeholder: label,
    "aria-label": label,
    value,
    spellcheck: "false",
    oninput: () => {
      clearTimeout(typing);
      typing = setTimeout(() => act(input.value), pause);
    },
  });
  return input;
}

function controls(run, state, change) {
  const any = (label, values) => [["", label], ...values];
  return [
    field("search", "search question, answer, gold", state.text, 120, (text) => change({ text })),
    field("text", "a phrase anywhere in the record", state.inside, 400, (inside) => change({ inside })),
    choice(
      "show",
      any(
        "all",
        run.filters.filter((name) => name !== "all").map((name) => [name, name]),
      ),
      state.filter,
      (filter) => change({ filter }),
    ),
    choice(
      "method",
      any(
        "all",
        run.methods.map((method, place) => [String(place), method.title]),
      ),
      state.method,
      (method) => change({ method }),
    ),
    choice(
      "task",
      any(
        "all",
        run.tasks.map((task) => [task, task]),
      ),
      state.task,
      (task) => change({ task }),
    ),
  ];
}

function table(id, run, rows, state, suffix, sortBy) {
  const head = COLUMNS.map(([name, title, kind]) => {
    const sorted = state.sort.replace("-", "") === name && name;
    const order = sorted ? (state.sort.startsWith("-") ? "descending" : "ascending") : null;
    const label = title || "right";
    const button = name
      ? h(
          "button.sort",
          { type: "button", onclick: () => sortBy(name), title: `sort by ${label}` },
          title || "✓",
          sorted && (order === "ascending" ? " ↑" : " ↓"),
        )
      : title;
    return h(`th${kind ? `.${kind}` : ""}`, { "aria-sort": order }, button);
  });
  const body = rows.rows.map((row) => {
    const href = `#/run/${id}/${row.number}${suffix}`;
    const method = run.methods[row.method]?.title ?? "";
    const line = h(
      "tr.row",
      {
        onclick: (event) =>
          event.target.closest("a") ?? (getSelection().isCollapsed && (location.hash = href)),
      },
      h("td.number.dim", {}, String(row.number)),
      h("td.narrow", {}, mark(row)),
      h(
        "td.clip",
        { title: visible(row.question) },
        h("a", { href }, visible(row.problem)),
        row.forks > 0 && h("span.chip", { title: "rollouts besides the root" }, `+${row.forks}`),
      ),
      h("td.clip", { title: visible(method) }, visible(method)),
      h("td.clip", {}, row.answer === null ? h("span.dim", {}, "no answer") : visible(row.answer)),
      h("td.clip.dim", {}, visible(row.gold)),
      h("td.clip", {}, statuses(row.statuses)),
      h("td.number.dim", {}, row.difficulty === null ? "" : row.difficulty.toFixed(2)),
      h("td.number", {}, count(row.tokens_out)),
      h("td.number", {}, seconds(row.seconds)),
    );
    return line;
  });
  const empty = rows.total ? null : h("p.waiting", {}, "nothing matches");
  return [
    h("p.dim.total", {}, plural(rows.total, "rollout")),
    h("div.scroll", {}, h("table.rows", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, body))),
    empty,
  ];
}

// How a rollout's runs ended, equal neighbours together.
export function statuses(told) {
  const chips = [];
  for (const status of (told ?? "").split(" ").filter(Boolean).slice(0, 200)) {
    const last = chips.at(-1);
    if (last?.status === status) last.times += 1;
    else chips.push({ status, times: 1 });
  }
  return chips.slice(0, 6).map(({ status, times }) => {
    const kind = status === "ok" ? "ok" : "bad";
    return h(`span.chip.${kind}`, {}, visible(status), times > 1 && ` ×${times}`);
  });
}

export function pager(rows, turn) {
  const pages = Math.ceil(rows.total / rows.size);
  if (pages < 2) return null;
  return h(
    "div.pager",
    {},
    h("button", { type: "button", disabled: rows.page === 0, onclick: () => turn(-1) }, "← before"),
    h("span", {}, `page ${count(rows.page + 1)} of ${count(pages)}`),
    h("button", { type: "button", disabled: rows.page >= pages - 1, onclick: () => turn(1) }, "after →"),
  );
}
