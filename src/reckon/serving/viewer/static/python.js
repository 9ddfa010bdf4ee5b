// Python in colours: one pass over the text, each sign looked at once, so that no program makes it slow.
import { h, visible } from "./dom.js";

const LONGEST = 100_000;
const words = (text) => new Set(text.trim().split(/\s+/));
const KEYWORDS = words(`
  and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield match case False None
  True
`);
const BUILTINS = words(`
  abs all any bool dict divmod enumerate filter float frozenset int isinstance len list map max min
  open print range repr reversed round set sorted str sum super tuple type zip Exception ValueError
  TypeError KeyError
`);
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?)j?/y;
const PREFIX = /^(?:[rbuf]|rb|br|rf|fr)$/i;

export function highlighted(code) {
  const text = visible(code);
  if (text.length > LONGEST) return [text];
  return pieces(text).map(([kind, piece]) => (kind ? h(`span.py-${kind}`, {}, piece) : piece));
}

// [kind or "", text] in order; the texts together are the program.
export function pieces(text) {
  const found = [];
  let [at, plain, defines] = [0, 0, false];
  const take = (kind, end) => {
    if (plain < at) found.push(["", text.slice(plain, at)]);
    found.push([kind, text.slice(at, end)]);
    at = plain = end;
  };
  while (at < text.length) {
    const sign = text[at];
    if (sign === "#") take("comment", lineEnd(text, at));
    else if (sign === '"' || sign === "'") take("string", stringEnd(text, at));
    else if (sign >= "0" && sign <= "9") take("number", matched(NUMBER, text, at) ?? at + 1);
    else if (
      sign === "@" &&
      /^\s*$/.test(text.slice(Math.max(text.lastIndexOf("\n", at - 1) + 1, at - 200), at))
    )
      take("decorator", matched(NAME, text, at + 1) ?? at + 1);
    else {
      const end = matched(NAME, text, at);
      if (end === null) {
        at += 1;
        continue;
      }
      const word = text.slice(at, end);
      const quoted = (text[end] === '"' || text[end] === "'") && PREFIX.test(word);
      if (quoted) take("string", stringEnd(text, end));
      else if (KEYWORDS.has(word)) take("keyword", end);
      else if (defines) take("name", end);
      else if (BUILTINS.has(word) && text[at - 1] !== ".") take("builtin", end);
      else at = end;
      defines = word === "def" || word === "class";
    }
  }
  if (plain < text.length) found.push(["", text.slice(plain)]);
  return found;
}

function matched(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function lineEnd(text, at) {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function stringEnd(text, at) {
  const quote = text[at];
  const long = text.startsWith(quote.repeat(3), at);
  for (let i = at + (long ? 3 : 1); i < text.length; i += 1) {
    if (text[i] === "\\") i += 1;
    else if (!long && text[i] === "\n") return i;
    else if (text[i] === quote && (!long || text.startsWith(quote.repeat(3), i))) return i + (long ? 3 : 1);
  }
  return text.length;
}
