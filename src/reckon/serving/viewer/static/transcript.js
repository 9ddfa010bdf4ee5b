// The segments of a trajectory: what was said, written, run and answered.
import { count, h, plural, seconds, visible } from "./dom.js";
import { highlighted } from "./python.js";

const TITLES = {
  prompt: "prompt",
  text: "text",
  code: "code",
  output: "output",
  answer: "answer",
  end: "end of turn",
};

// t: what the server says of a trajectory. tokens: by segment, or null. branches: {shared: [links]} of forks.
export function transcript(t, { tokens = null, branches = new Map() } = {}) {
  const shared = t.shared ?? 0;
  const parts = [];
  t.segments.forEach((segment, place) => {
    parts.push(section(segment, place, place < shared, tokens?.segments[place]));
    if (place + 1 === shared) parts.push(h("p.branch", {}, "here it left its parent"));
    const left = branches.get(place + 1);
    if (left)
      parts.push(
        h(
          "p.branch",
          {},
          `${plural(left.length, "branch", "branches")} from here: `,
          left.map((link) => [" ", link]),
        ),
      );
  });
  return h("div.transcript", {}, parts);
}

function section(segment, place, isShared, tokens) {
  const kind = TITLES[segment.kind] ? segment.kind : "text";
  const run = segment.run;
  const told = [
    kind === "prompt" && segment.role,
    segment.tokens !== null && plural(segment.tokens, "token"),
    isShared && "shared with its parent",
  ].filter(Boolean);
  const head = h(
    "div.head",
    {},
    h("span.kind", {}, TITLES[kind]),
    run && ending(run),
    h("span.dim", {}, told.join(" · ")),
  );
  const body = tokens
    ? tokenText(tokens)
    : run
      ? ran(run, segment)
      : kind === "code"
        ? program(segment)
        : said(segment, kind);
  return h(
    `section.segment.is-${kind}${isShared ? ".shared" : ""}`,
    { id: `segment-${place}` },
    head,
    body,
    (segment.parts ?? []).map(shown),
  );
}

function said(segment, kind) {
  if (!segment.text.text.trim()) return segment.text.text ? null : h("p.dim.none", {}, "nothing shown");
  const text = block({ ...segment.text, text: segment.text.text.trimEnd() }, "said");
  return kind === "prompt" && segment.text.characters > 3000
    ? h("details", {}, h("summary", {}, `${count(segment.text.characters)} characters`), text)
    : text;
}

function program(segment) {
  if (!segment.code) return h("pre.code", {}, highlighted(segment.text.text), cut(segment.text));
  const [before, after] = segment.code.marks;
  return h(
    "pre.code",
    {},
    h("span.dim", {}, visible(before)),
    highlighted(segment.code.program),
    h("span.dim", {}, visible(after)),
  );
}

// A text as it is, or its beginning with a word on the rest.
export function block(text, kind = "") {
  return h(`pre${kind ? `.${kind}` : ""}`, {}, visible(text.text), cut(text));
}

const cut = (text) =>
  text.cut &&
  h("span.cut", {}, `\n… cut here: it has ${count(text.characters)} characters, all in the record`);

function ending(run) {
  const memory = run.peak_memory_bytes ? `${Math.round(run.peak_memory_bytes / 1048576)} MiB` : "";
  const times = [
    `${seconds(run.wall_s)}`,
    run.cpu_s && `CPU ${seconds(run.cpu_s)}`,
    run.queue_s && `queue ${seconds(run.queue_s)}`,
    memory,
    run.steps && `${count(run.steps)} lines traced`,
    run.instructions && `${count(run.instructions)} instructions`,
  ];
  return [
    h(`span.chip.${run.status === "ok" ? "ok" : "bad"}`, {}, visible(run.status)),
    h("span.dim.times", {}, times.filter(Boolean).join(" · ")),
  ];
}

// What a run did; what the model was shown of it stands behind a word where it is something else.
export function ran(run, segment = null) {
  const labelled = (name, text, kind) => text?.text && [name && h("div.label", {}, name), block(text, kind)];
  const parts = [
    labelled("", run.stdout, "out"),
    run.displays.map(shown),
    labelled("value", run.value, "out"),
    labelled("stderr", run.stderr, "out.err"),
    labelled("", run.error, "out.err"),
    run.note && h("p.note", {}, visible(run.note)),
    run.truncated && h("p.note", {}, "the output was cut when it was recorded"),
    run.files.length > 0 && h("p.note", {}, `files: ${visible(run.files.join(", "))}`),
    run.calls.map((call) =>
      h("p.note", {}, visible(`${call.name}(${call.arguments}) ${seconds(call.seconds)} ${call.error}`)),
    ),
  ]
    .flat(Infinity)
    .filter(Boolean);
  const seen =
    segment?.text.text &&
    h("details", {}, h("summary", {}, "as the model saw it"), block(segment.text, "said"));
  return h("div.ran", {}, parts.length ? parts : h("p.dim.none", {}, "no output"), seen);
}

// A picture whose bytes the server has looked at, or the text of any other form: HTML and SVG too.
function shown(display) {
  if (display.picture) {
    const kind = display.mime === "image/jpeg" ? "image/jpeg" : "image/png";
    return h("img.display", {
      src: `data:${kind};base64,${display.picture}`,
      alt: "a picture that the program showed",
      loading: "lazy",
    });
  }
  if (!display.text?.text) return null;
  return h("div", {}, h("div.label", {}, visible(display.mime || "file")), block(display.text, "out"));
}

// Tokens coloured by how likely the model held them; a hover says the number.
function tokenText(tokens) {
  const spans = tokens.map(([text, logprob]) => {
    if (logprob === null) return h("span.token", { title: "inserted, or no log-probability" }, visible(text));
    const level = Math.min(5, Math.floor(-logprob / 0.7));
    const title = `log-probability ${logprob.toFixed(3)}, ${(100 * Math.exp(logprob)).toPrecision(3)} %`;
    return h(`span.token.likely-${Math.max(0, level)}`, { title, tabindex: "-1" }, visible(text) || "·");
  });
  return h("pre.said.tokens", {}, spans);
}
