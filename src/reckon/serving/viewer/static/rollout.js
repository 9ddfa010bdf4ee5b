// One trajectory: question, verdict, transcript, tokens on demand, its tree, other tries.
import { get, recordAddress } from "./api.js";
import { count, fill, h, mark, plural, seconds, visible } from "./dom.js";
import { block, transcript } from "./transcript.js";
import { branches, tree } from "./tree.js";

export async function rolloutView(box, [id, number], asked, say) {
  const query = Object.fromEntries(asked);
  const suffix = asked.size ? `?${asked}` : "";
  const href = (other) => `#/run/${id}/${other}${suffix}`;
  const t = await get(`run/${id}/rollout/${number}`, query, say);
  const place = h("div");
  let tokens = null;
  const draw = () =>
    fill(place, tokens && legend(tokens), transcript(t, { tokens, branches: branches(t, href) }));
  const toggle = h(
    "button",
    { type: "button", onclick: turnTokens, "aria-pressed": "false" },
    "token log-probabilities",
  );

  async function turnTokens() {
    toggle.disabled = true;
    try {
      tokens = tokens ? null : await get(`run/${id}/rollout/${number}/tokens`);
    } finally {
      toggle.disabled = false;
    }
    toggle.setAttribute("aria-pressed", String(Boolean(tokens)));
    draw();
  }
  const step = (other, label) =>
    other ? h("a.button", { href: href(other) }, label) : h("span.button.off", {}, label);
  const tools = h(
    "div.tools",
    {},
    step(t.before, "← [ before"),
    step(t.after, "] after →"),
    toggle,
    h("a.button", { href: recordAddress(id, t.number), download: "trajectory.json" }, "save the record"),
  );
  draw();
  const aside = h(
    "aside",
    {},
    t.family.length > 1 && [h("h2", {}, `Tree of ${plural(t.family.length, "rollout")}`), tree(t, href)],
    tries(t, id, href),
    facts(t),
  );
  fill(
    box,
    h("h1", {}, mark({ ...(t.grade ?? { score: null }), void: t.void }), " ", visible(t.problem.id)),
    tools,
    h("div.columns", {}, h("div", {}, verdict(t), place), aside),
  );
  const go = (other) => () => other && (location.hash = href(other));
  const keys = { "[": go(t.before), "]": go(t.after), t: turnTokens };
  const crumbs = [
    [t.run, `#/run/${id}${suffix}`],
    [String(t.number), null],
  ];
  return { title: `${t.problem.id} · ${t.run}`, crumbs, keys, told: [["t", "token log-probabilities"]] };
}

function verdict(t) {
  const answer = t.answer?.text
    ? block(t.answer.text)
    : h("p.dim", {}, `no answer${t.answer?.reason ? `: ${visible(t.answer.reason)}` : ""}`);
  const graded = t.void
    ? `void, a fault of ours: ${t.void}`
    : t.grade
      ? `${t.grade.score} ${t.grade.reason}`
      : "not graded";
  return h(
    "dl.verdict",
    {},
    h("dt", {}, "question"),
    h(
      "dd",
      {},
      block(t.problem.question, "said"),
      t.problem.parts.map(() => h("p.dim", {}, "with a picture or file, shown in the prompt")),
    ),
    h("dt", {}, "answer"),
    h("dd", {}, answer),
    h("dt", {}, "gold"),
    h("dd", {}, t.problem.answer ? block(t.problem.answer) : h("p.dim", {}, "a checker decides")),
    h("dt", {}, "grade"),
    h("dd", {}, visible(graded)),
  );
}

const likely = (level) => Math.round(100 * Math.exp(-0.7 * level));

function legend(tokens) {
  const levels = [0, 1, 2, 3, 4, 5].map((level) =>
    h(
      `span.token.likely-${level}`,
      {},
      level === 5 ? "below 3 %" : `${likely(level + 1)} to ${likely(level)} %`,
    ),
  );
  const told = [
    !tokens.spelled && "the vocabulary of this model is not here: tokens are shown as their ids",
    tokens.cut && "only the first tokens are shown",
  ].filter(Boolean);
  return h(
    "p.legend",
    {},
    "likelihood of each token: ",
    levels,
    told.length > 0 && h("span.dim", {}, ` ${told.join("; ")}`),
  );
}

// Other rollouts at the same problem, each with a link that puts both side by side.
function tries(t, id, href) {
  const others = t.tries.filter((one) => one.number !== t.root);
  if (!others.length) return null;
  const lines = others
    .slice(0, 50)
    .map((one) =>
      h(
        "li",
        {},
        mark(one),
        " ",
        h("a", { href: href(one.number) }, visible(t.titles[one.method] ?? "")),
        h("span.dim", {}, ` seed ${one.seed} `),
        h(
          "a.beside",
          { href: `#/pair/${id}/${t.root}/${id}/${one.number}`, title: "side by side" },
          "beside",
        ),
      ),
    );
  return [h("h2", {}, "Other tries at this problem"), h("ul.tries", {}, lines)];
}

function facts(t) {
  const cost = t.relation === "root" ? t.tree : t.cost;
  const notes = Object.entries(t.notes).map(([name, times]) => `${name} ${times}`);
  const rows = [
    ["method", t.reasoner],
    ["model", t.model],
    ["seed", t.seed],
    ["difficulty", t.problem.difficulty],
    ["rollout", t.id],
    ["samples", count(cost.samples)],
    ["tokens read", count(cost.tokens_in)],
    ["tokens written", count(cost.tokens_out)],
    ["runs", `${count(cost.runs)}${cost.errors ? `, ${count(cost.errors)} failed` : ""}`],
    ["generating", seconds(cost.generate_s)],
    ["executing", seconds(cost.execute_s)],
    ["queueing", seconds(cost.queue_s)],
    notes.length && ["notes", notes.join(", ")],
  ].filter(Boolean);
  const metadata =
    t.metadata.text !== "{}" && h("details", {}, h("summary", {}, "metadata"), block(t.metadata));
  return [
    h("h2", {}, "Facts"),
    h(
      "dl.facts",
      {},
      rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, visible(value))]),
    ),
    metadata,
  ];
}
