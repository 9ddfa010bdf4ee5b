// Questions to the server. The token of the printed address is kept for this tab, and leaves the address.

const KEY = "reckon-token";
const given = new URLSearchParams(location.search).get("token");
if (given) {
  sessionStorage.setItem(KEY, given);
  history.replaceState(null, "", location.pathname + location.hash);
}

export class Gone extends Error {}

function address(path, wanted = {}) {
  const asked = new URLSearchParams(
    Object.entries(wanted).filter(([, value]) => value !== "" && value !== null && value !== undefined),
  );
  const token = sessionStorage.getItem(KEY);
  if (token) asked.set("token", token);
  return `/api/${path}${asked.size ? `?${asked}` : ""}`;
}

export const recordAddress = (run, number) => address(`run/${run}/rollout/${number}/record`);

// The answer; where the server is still making an index, it is asked again until it is done.
export async function get(path, wanted = {}, onWaiting = () => {}) {
  for (;;) {
    const answer = await send(address(path, wanted));
    if (answer.status !== 202) return answer.body;
    onWaiting(answer.body.waiting);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export async function post(path, body) {
  const how = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return (await send(address(path), how)).body;
}

async function send(where, how = {}) {
  let response;
  try {
    response = await fetch(where, how);
  } catch {
    throw new Gone("the viewer does not answer: is 'reckon view' still running?");
  }
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `status ${response.status}`);
  return { status: response.status, body };
}
