// A ballot: two answers to one problem, methods hidden, sides drawn by the server.
import { get, post } from "./api.js";
import { count, fill, h, visible } from "./dom.js";
import { block, ran, transcript } from "./transcript.js";

export async function voteView(box, [id], asked, say) {
  const run = await get(`run/${id}`, {}, say);
  const who = h("input", {
    type: "text",
    maxlength: "100",
    value: localStorage.getItem("reckon-who") ?? "",
    "aria-label": "your name",
    placeholder: "your name",
  });
  const place = h("div");
  const last = h("p.dim.last", { role: "status" });
  let ballot = null;
  let busy = false;
  who.addEventListener("change", () => {
    localStorage.setItem("reckon-who", who.value);
    next();
  });

  async function next() {
    ballot = await get(`run/${id}/ballot`, {
      one: asked.get("one") ?? "0",
      two: asked.get("two") ?? "1",
      who: who.value,
    });
    fill(place, ballot ? paper() : h("p.waiting", {}, "no problem is left to vote on"));
  }

  async function vote(choice) {
    if (!ballot || busy) return;
    busy = true;
    try {
      const reason = place.querySelector("textarea").value;
      const told = await post(`ballot/${ballot.ballot}/vote`, { vote: choice, reason, who: who.value });
      const names = told.methods.map(
        ([reasoner, model], side) =>
          `${side + 1} was ${visible(reasoner.split("(")[0])}, ${visible(model)}` +
          ` (graded ${told.scores[side] ?? "not"})`,
      );
      last.textContent = `saved: ${choice}. ${names.join("; ")}.`;
      await next();
    } catch (error) {
      last.textContent = error.message;
    } finally {
      busy = false;
    }
  }

  function paper() {
    const again = h("button", { type: "button", onclick: () => runAgain(again) }, "run both again");
    const button = (choice, label) => h("button", { type: "button", onclick: () => vote(choice) }, label);
    const side = (one, title) =>
      h(
        "div.side",
        {},
        h("h2", {}, title),
        h("div.answered", {}, one.answer?.text ? block(one.answer.text) : h("span.dim", {}, "no answer")),
        h("div.again"),
        transcript(one),
      );
    return [
      h("dl.verdict", {}, h("dt", {}, "question"), h("dd", {}, block(ballot.problem.question, "said"))),
      h(
        "div.tools.ballot",
        {},
        button("first", "1 · first is better"),
        button("second", "2 · second is better"),
        button("tie", "0 · equal"),
        h("button", { type: "button", onclick: next }, "s · skip"),
        again,
        h("span.dim", {}, `${count(ballot.left)} left`),
      ),
      h("textarea", {
        rows: "2",
        maxlength: "10000",
        "aria-label": "reason",
        placeholder: "reason, if you like (Esc leaves this field)",
      }),
      h("div.pair", {}, side(ballot.sides[0], "first"), side(ballot.sides[1], "second")),
    ];
  }

  async function runAgain(button) {
    button.disabled = true;
    button.textContent = "running …";
    try {
      const sides = await post(`ballot/${ballot.ballot}/run`, {});
      const places = place.querySelectorAll(".again");
      sides.forEach((runs, side) =>
        fill(
          places[side],
          h("h3", {}, "run again"),
          runs.length ? runs.map(rerun) : h("p.dim", {}, "it ran no program"),
        ),
      );
    } catch (error) {
      last.textContent = error.message;
    }
    button.textContent = "run both again";
    button.disabled = false;
  }
  fill(
    box,
    h("h1", {}, "Which answer is better?"),
    h("div.filters", {}, h("label.choice", {}, h("span", {}, "judge"), who), last),
    place,
  );
  await next();
  const keys = { 1: () => vote("first"), 2: () => vote("second"), 0: () => vote("tie"), s: next };
  const told = [
    ["1 / 2", "the first, the second is better"],
    ["0", "equal"],
    ["s", "skip"],
  ];
  return {
    title: "Votes",
    crumbs: [
      [run.name, `#/run/${id}`],
      ["votes", null],
    ],
    keys,
    told,
  };
}

function rerun(run) {
  const same = run.differs.length
    ? `differs from the record in: ${run.differs.join(", ")}`
    : "the same as in the record";
  return run.now
    ? h("div", {}, h("p.note", {}, `${run.now.status}, ${same}`), ran(run.now))
    : h("p.note", {}, "its program is not in the record");
}
