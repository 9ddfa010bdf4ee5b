// Keys: what each page binds, the row that j and k are at, and the overlay that lists them.
import { h } from "./dom.js";

const EVERYWHERE = [
  ["j / k", "next, previous row"],
  ["Enter", "open the row"],
  ["/", "search"],
  ["[ / ]", "previous, next rollout or page"],
  ["Esc", "close this, leave the search, or go up"],
  ["g", "all runs"],
  ["d", "dark, light, or as the system is"],
  ["?", "these keys"],
];
let bound = {};
let listed = [];

// keys: {key: function}; told: [key, meaning] rows that the overlay adds.
export function bind(keys, told = []) {
  bound = keys;
  listed = told;
}

export function listen(general) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape") return escape(event, general, writing);
    if (writing || (event.key === "Enter" && /^(A|BUTTON|SUMMARY)$/.test(event.target.tagName))) return;
    const act = bound[event.key] ?? general[event.key] ?? moves[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
}

function escape(event, general, writing) {
  event.preventDefault();
  if (document.querySelector("dialog[open]")) document.querySelector("dialog[open]").close();
  else if (writing) event.target.blur();
  else (bound.Escape ?? general.Escape)();
}

const moves = {
  j: () => move(1),
  k: () => move(-1),
  Enter: () => rows()[at()]?.querySelector("a")?.click(),
  "/": () => document.querySelector("input[type=search]")?.focus(),
};

const rows = () => [...document.querySelectorAll(".row")];
const at = () => rows().findIndex((row) => row.classList.contains("here"));

function move(step) {
  const every = rows();
  if (!every.length) return;
  const next = Math.min(every.length - 1, Math.max(0, at() + step));
  every.forEach((row, place) => row.classList.toggle("here", place === next));
  every[next].scrollIntoView({ block: "nearest" });
}

export function showHelp() {
  document.querySelector("dialog")?.remove();
  const lines = [...EVERYWHERE, ...listed].map(([key, meaning]) =>
    h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, meaning)),
  );
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "close");
  const dialog = h(
    "dialog",
    { id: "help-box", "aria-label": "keys" },
    h("h2", {}, "Keys"),
    h("dl", {}, lines),
    close,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
