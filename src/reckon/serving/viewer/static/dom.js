// Elements with text: the only way in which anything enters the page. There is no HTML from data anywhere.

const SVG = "http://www.w3.org/2000/svg";
const CONTROLS =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

// Signs that would be invisible, or would turn text round, as signs that can be seen.
export function visible(text) {
  return String(text)
    .replaceAll("\r\n", "\n")
    .replace(CONTROLS, (sign) => {
      const code = sign.charCodeAt(0);
      return code < 0x20
        ? String.fromCharCode(0x2400 + code)
        : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
    });
}

// h("a.name", {href, title, onclick, ...}, children): strings become text nodes, null and false nothing.
export function h(kind, properties = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  return filled(document.createElement(tag), classes, properties, children);
}

export function svg(kind, properties = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  return filled(document.createElementNS(SVG, tag), classes, properties, children);
}

function filled(element, classes, properties, children) {
  if (classes.length) element.classList.add(...classes);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (name === "href" && !/^(#|\/api\/)/.test(value)) throw new Error(`no link of ours: ${value}`);
    else if (name === "src" && !/^data:image\/(png|jpeg);base64,/.test(value))
      throw new Error("no picture of ours");
    else if (name === "value" || name === "checked" || name === "open") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

// A <select> over [value, label] pairs.
export function choice(label, pairs, value, onchange) {
  const options = pairs.map(([name, shown]) => h("option", { value: name }, visible(shown)));
  const select = h("select", { "aria-label": label, onchange: () => onchange(select.value) }, options);
  select.value = value;
  return h("label.choice", {}, h("span", {}, label), select);
}

export const percent = (value, digits = 1) =>
  value === null || value === undefined ? "–" : `${(100 * value).toFixed(digits)} %`;
export const count = (value) =>
  value === null || value === undefined ? "–" : Number(value).toLocaleString("en");
export const short = (value) =>
  value === null || value === undefined
    ? "–"
    : Math.abs(value) >= 1000
      ? count(Math.round(value))
      : String(+Number(value).toPrecision(3));

export function seconds(value) {
  if (value === null || value === undefined) return "–";
  if (value >= 60) return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
  return value >= 1 ? `${value.toFixed(1)} s` : `${Math.round(1000 * value)} ms`;
}

export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

// What a grade says in one sign, with a word for who does not see its colour.
export function mark(row) {
  if (row.void)
    return h(
      "span.mark.void",
      { title: `void, a fault of ours: ${visible(row.void).slice(0, 300)}` },
      "void",
    );
  if (row.score === null || row.score === undefined) return h("span.mark.none", { title: "not graded" }, "–");
  if (row.score >= 1) return h("span.mark.right", { title: "right" }, "✓");
  if (row.score > 0) return h("span.mark.part", { title: "partly right" }, short(row.score));
  return h("span.mark.wrong", { title: "wrong" }, "✗");
}
