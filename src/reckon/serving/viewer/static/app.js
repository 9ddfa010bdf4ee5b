// Which page the address names, what is live on it, the theme, and the keys of every page.
import { Gone } from "./api.js";
import { compareView, pairView } from "./compare.js";
import { curvesView } from "./curves.js";
import { fill, h, visible } from "./dom.js";
import { bind, listen, showHelp } from "./keys.js";
import { rolloutView } from "./rollout.js";
import { runView } from "./run.js";
import { runsView } from "./runs.js";
import { voteView } from "./vote.js";

const POLL_MS = 2000;
const ROUTES = [
  [/^$/, runsView],
  [/^run\/([^/]+)$/, runView],
  [/^run\/([^/]+)\/(\d+)$/, rolloutView],
  [/^compare\/([^/]+)\/(\d+)\/([^/]+)\/(\d+)$/, compareView],
  [/^pair\/([^/]+)\/(\d+)\/([^/]+)\/(\d+)$/, pairView],
  [/^curves\/([^/]+)$/, curvesView],
  [/^vote\/([^/]+)$/, voteView],
];
const page = document.getElementById("page");
let current = null; // what the view gave: {title, crumbs, keys, told, refresh, up}
let visit = 0;
const places = new Map(); // how far each address was scrolled

async function show() {
  const mine = ++visit;
  bind({}); // keys of the page that is left would act on it
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const waiting = setTimeout(() => mine === visit && fill(page, h("p.waiting", {}, "reading …")), 150);
  const say = (told) => mine === visit && fill(page, h("p.waiting", {}, `${told} …`));
  const box = h("div.view");
  try {
    const [pattern, view] = ROUTES.find(([pattern]) => pattern.test(path)) ?? [null, null];
    if (!view) throw new Error("there is no such page");
    const given = await view(box, path.match(pattern).slice(1), new URLSearchParams(query), say);
    if (mine !== visit) return;
    enter(box, given);
  } catch (error) {
    if (mine === visit)
      enter(h("div.view", {}, h("p.fault", {}, visible(error.message))), { title: "not shown", crumbs: [] });
  } finally {
    clearTimeout(waiting);
  }
}

function enter(box, given) {
  current = given;
  fill(page, box);
  document.title = `${visible(given.title)} · Reckon`;
  fill(
    document.getElementById("crumbs"),
    given.crumbs.map(([name, href]) => [
      " / ",
      href ? h("a", { href }, visible(name)) : h("span", {}, visible(name)),
    ]),
  );
  document.getElementById("live").hidden = !given.live;
  bind(given.keys ?? {}, given.told);
  document.querySelector("dialog")?.close();
  window.scrollTo(0, places.get(location.hash) ?? 0);
  document.body.dataset.shown = String(visit);
}

async function poll() {
  const mine = visit;
  try {
    if (!document.hidden && current?.refresh) {
      const told = await current.refresh();
      if (mine === visit && told) document.getElementById("live").hidden = !told.live;
    }
    document.body.classList.remove("gone");
  } catch (error) {
    document.body.classList.toggle("gone", error instanceof Gone);
  }
  setTimeout(poll, POLL_MS);
}

const THEMES = ["system", "dark", "light"];
function setTheme(name) {
  const chosen = THEMES.includes(name) ? name : "system";
  document.documentElement.dataset.theme = chosen;
  document.getElementById("theme").textContent = chosen;
  localStorage.setItem("reckon-theme", chosen);
}
const turnTheme = () => setTheme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % 3]);

function goUp() {
  const above = (current?.crumbs ?? []).filter(([, href]) => href).at(-1);
  location.hash = above ? above[1] : "#/";
}

setTheme(localStorage.getItem("reckon-theme"));
document.getElementById("theme").addEventListener("click", turnTheme);
document.getElementById("help").addEventListener("click", showHelp);
listen({ "?": showHelp, d: turnTheme, g: () => (location.hash = "#/"), Escape: goUp });
addEventListener("hashchange", (event) => show(event));
addEventListener("scroll", () => places.set(location.hash, scrollY), { passive: true });
show();
setTimeout(poll, POLL_MS);
