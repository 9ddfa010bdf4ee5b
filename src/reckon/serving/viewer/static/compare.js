// Two methods on the same problems, and two rollouts side by side.
import { get } from "./api.js";
import { choice, count, fill, h, mark, percent, visible } from "./dom.js";
import { pager } from "./run.js";
import { block, transcript } from "./transcript.js";

const given = (state) => Object.entries(state).filter(([, value]) => value);
let walk = []; // the pairs of the last comparison, for [ and ]

export async function compareView(box, [first, one, second, two], asked, say) {
  const state = {
    show: asked.get("show") ?? "changed",
    text: asked.get("text") ?? "",
    page: asked.get("page") ?? "",
  };
  const runs = await Promise.all([get(`run/${first}`, {}, say), get(`run/${second}`, {}, say)]);
  const body = h("div");
  const address = (a, b) => `#/compare/${first}/${a}/${second}/${b}?${new URLSearchParams(given(state))}`;
  const titles = runs.map((run) =>
    run.methods.map((method, place) => [
      String(place),
      first === second ? method.title : `${run.name}: ${method.title}`,
    ]),
  );
  const names = [one, two].map((method, side) => titles[side][method]?.[1] ?? "");
  let latest = 0;

  async function showRows() {
    const mine = ++latest;
    const found = await get(`compare/${first}/${one}/${second}/${two}`, state, say);
    if (mine !== latest) return;
    walk = found.rows.map((row) => `#/pair/${first}/${row.first.number}/${second}/${row.second.number}`);
    fill(body, summary(found), table(found, state, names), pager(found, turn));
  }
  async function change(values) {
    Object.assign(state, { page: "" }, values);
    history.replaceState(null, "", address(one, two));
    await showRows();
  }
  const turn = (step) => change({ page: String(Math.max(0, Number(state.page || 0) + step)) });
  const search = h("input", {
    type: "search",
    placeholder: "search problems by name",
    "aria-label": "search",
    value: state.text,
    oninput: () => change({ text: search.value }),
  });
  box.append(
    h("h1", {}, "Comparison"),
    h(
      "div.filters",
      {},
      choice("of", titles[0], one, (value) => (location.hash = address(value, two))),
      choice("and", titles[1], two, (value) => (location.hash = address(one, value))),
      choice(
        "show",
        [
          ["changed", "what differs"],
          ["gained", "gained by the second"],
          ["lost", "lost by the second"],
          ["all", "all"],
        ],
        state.show,
        (show) => change({ show }),
      ),
      search,
    ),
    body,
  );
  await showRows();
  const crumbs =
    first === second
      ? [
          [runs[0].name, `#/run/${first}`],
          ["comparison", null],
        ]
      : [["comparison", null]];
  return { title: "Comparison", crumbs, keys: { "[": () => turn(-1), "]": () => turn(1) } };
}

function summary(found) {
  if (!found.problems) return h("p.waiting", {}, "no problem in common");
  const sign = found.value > 0 ? "+" : "";
  return h(
    "p.summary",
    {},
    h("strong", {}, `${sign}${percent(found.value)}`),
    ` (${percent(found.low)} to ${percent(found.high)}) on ${count(found.problems)} problems: `,
    `${count(found.gained)} gained, ${count(found.lost)} lost, p = ${found.p.toPrecision(2)}. `,
    h("strong", {}, `${found.verdict}.`),
  );
}

function table(found, state, names) {
  if (!found.total)
    return h("p.waiting", {}, state.show === "changed" ? "no problem differs" : "nothing matches");
  const side = (row) =>
    h(
      "td.clip",
      {},
      mark(row),
      " ",
      row.answer === null ? h("span.dim", {}, "no answer") : visible(row.answer),
    );
  const rows = found.rows.map((row, place) =>
    h(
      "tr.row",
      {},
      h(
        "td.clip",
        { title: visible(row.first.question) },
        h("a", { href: walk[place] }, visible(row.problem)),
      ),
      side(row.first),
      side(row.second),
      h("td.clip.dim", {}, visible(row.first.gold)),
      h("td.number", {}, (row.difference > 0 ? "+" : "") + +row.difference.toFixed(3)),
    ),
  );
  const head = ["problem", ...names, "gold"].map((title) =>
    h("th.clip", { title: visible(title) }, visible(title)),
  );
  return [
    h("p.dim.total", {}, `${count(found.total)} problems`),
    h(
      "div.scroll",
      {},
      h(
        "table.rows.compared",
        {},
        h("thead", {}, h("tr", {}, head, h("th.number", {}, "change"))),
        h("tbody", {}, rows),
      ),
    ),
  ];
}

export async function pairView(box, [first, one, second, two], asked, say) {
  const [left, right] = await Promise.all([
    get(`run/${first}/rollout/${one}`, {}, say),
    get(`run/${second}/rollout/${two}`, {}, say),
  ]);
  const at = walk.indexOf(`#/pair/${first}/${one}/${second}/${two}`);
  const go = (place) => () => walk[place] && at >= 0 && (location.hash = walk[place]);
  const title = (t) =>
    visible(
      first === second
        ? (t.titles[t.tries.find((other) => other.number === t.root)?.method] ?? t.reasoner)
        : `${t.run}: ${t.reasoner.split("(")[0]}`,
    );
  const column = (t, run) =>
    h(
      "div.side",
      {},
      h(
        "h2",
        {},
        mark({ ...(t.grade ?? { score: null }), void: t.void }),
        " ",
        h("a", { href: `#/run/${run}/${t.number}` }, title(t)),
      ),
      h(
        "p.answered",
        {},
        t.answer?.text ? block(t.answer.text) : h("span.dim", {}, "no answer"),
        t.grade && h("span.dim", {}, visible(t.grade.reason)),
      ),
      transcript(t),
    );
  const step = (place, label) =>
    at >= 0 && walk[place] ? h("a.button", { href: walk[place] }, label) : h("span.button.off", {}, label);
  const differs =
    left.problem.id !== right.problem.id && h("p.fault", {}, "these are two different problems");
  fill(
    box,
    h("h1", {}, visible(left.problem.id)),
    h("div.tools", {}, step(at - 1, "← [ before"), step(at + 1, "] after →")),
    differs,
    h(
      "dl.verdict",
      {},
      h("dt", {}, "question"),
      h("dd", {}, block(left.problem.question, "said")),
      h("dt", {}, "gold"),
      h("dd", {}, left.problem.answer ? block(left.problem.answer) : h("span.dim", {}, "a checker decides")),
    ),
    h("div.pair", {}, column(left, first), column(right, second)),
  );
  const crumbs = [
    [left.run, `#/run/${first}`],
    [left.problem.id, null],
  ];
  return { title: `${left.problem.id} · side by side`, crumbs, keys: { "[": go(at - 1), "]": go(at + 1) } };
}
