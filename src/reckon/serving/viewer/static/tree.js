// The tree of a problem's rollouts: forks and side questions below the rollout that they left.
import { h, mark, visible } from "./dom.js";
import { statuses } from "./run.js";

const DEEPEST = 8; // further forks stand below each other

export function tree(t, href) {
  const below = new Map();
  const known = new Set(t.family.map((one) => one.id));
  for (const one of t.family.slice(1)) {
    const parent = known.has(one.parent) && one.parent !== one.id ? one.parent : t.family[0].id;
    below.set(parent, [...(below.get(parent) ?? []), one]);
  }
  // Without recursion: a chain of forks may be long. A record may name itself, or its child, as its parent.
  const lines = [];
  const waiting = [[t.family[0], 0]];
  const drawn = new Set();
  while (waiting.length) {
    const [one, depth] = waiting.pop();
    if (drawn.has(one.number)) continue;
    drawn.add(one.number);
    lines.push(h(`li.depth-${Math.min(depth, DEEPEST)}`, {}, node(one)));
    for (const child of (below.get(one.id) ?? []).toReversed()) waiting.push([child, depth + 1]);
  }
  function node(one) {
    const name =
      one.relation === "root"
        ? "root"
        : `${one.relation === "side" ? "side" : "fork"} ${one.id.slice(one.id.lastIndexOf("#") + 1)}`;
    const left =
      one.relation === "fork" && one.shared !== null ? h("span.dim", {}, `after ${one.shared}`) : null;
    const answer =
      one.answer === null
        ? h("span.dim", {}, "no answer")
        : h("span.answer", {}, visible(one.answer).slice(0, 60));
    return h(
      `div.node${one.number === t.number ? ".here-now" : ""}`,
      {},
      h("a", { href: href(one.number) }, visible(name)),
      left,
      mark(one),
      answer,
      statuses(one.statuses),
    );
  }
  return h("ul.tree", { "aria-label": "tree of rollouts" }, lines);
}

// Where this rollout's forks left it: {how many segments they share: links}.
export function branches(t, href) {
  const found = new Map();
  for (const one of t.family) {
    if (one.parent !== t.id || one.number === t.number || one.shared === null) continue;
    const side = one.relation === "side";
    const at = side ? t.segments.length : one.shared;
    const link = h(
      "a",
      { href: href(one.number) },
      visible(`${side ? "side " : ""}${one.id.slice(one.id.lastIndexOf("#") + 1)}`),
    );
    found.set(at, [...(found.get(at) ?? []), link]);
  }
  return found;
}
