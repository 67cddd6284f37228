// Warn before the session ends. What is typed stays on the page, and can be sent after signing in again.
{
  const box = document.getElementById("session-end");
  const WARN_BEFORE = 5 * 60; // seconds
  const LOOK_EVERY = 10_000; // milliseconds
  const TELL_EVERY = 4 * 60_000; // how often the server is told that somebody is here
  const text = document.getElementById("session-end-text");
  const parts = Object.fromEntries([...box.querySelectorAll("[data-act]")].map((part) => [part.dataset.act, part]));
  const readEnds = ({ idle, rest }) => ({ idle: Date.now() + idle * 1000, rest: Date.now() + rest * 1000 });
  let ends = readEnds({ idle: box.dataset.idleSeconds, rest: box.dataset.restSeconds }); // instants, in milliseconds
  let isOver = false;
  let lastTold = Date.now();
  let warned = "";

  const show = (state, ...acts) => {
    for (const [act, part] of Object.entries(parts)) part.hidden = !acts.includes(act);
    const minutes = Math.max(1, Math.ceil((Math.min(ends.idle, ends.rest) - Date.now()) / 60_000));
    const words = box.dataset[state].replace("{minutes}", minutes);
    if (text.textContent !== words) text.textContent = words;
    box.hidden = false;
    warned = state;
  };
  const hide = () => {
    box.hidden = true;
    warned = "";
  };

  /** Ask how long the session lasts. With POST, tell that the user is here. */
  const ask = async (method = "GET") => {
    const headers = method === "GET" ? { "X-Background": "1" } : { "X-CSRFToken": findToken() };
    const response = await fetch(box.dataset.session, { method, headers, cache: "no-store" });
    const state = response.ok ? await response.json() : null;
    if (!state) return;
    const wasOver = isOver;
    isOver = !state.signed_in;
    if (isOver) {
      if (document.body.id === "note-editor") hide(); // it says so itself
      else show("over", "sign-in");
      return;
    }
    if (String(state.user) !== box.dataset.user) {
      isOver = true;
      show("other", "close");
      return;
    }
    ends = readEnds(state);
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = state.token;
    if (wasOver && document.body.id !== "note-editor") show("back", "close");
    else warn();
  };
  const askQuietly = (method) => ask(method).catch(() => {}); // offline: the next look tries again

  const findToken = () => /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

  const isNear = (end) => end - Date.now() < WARN_BEFORE * 1000;
  const warn = () => {
    if (isNear(ends.rest)) show("rest", "sign-in");
    else if (isNear(ends.idle)) show("idle", "stay");
    else if (warned === "idle" || warned === "rest" || warned === "over") hide();
  };

  const look = () => {
    if (isOver) return;
    const isPast = Math.min(ends.idle, ends.rest) <= Date.now();
    if (isPast || (isNear(Math.min(ends.idle, ends.rest)) && !warned)) askQuietly("GET"); // another tab may have prolonged it
    else warn();
  };

  // Typing and clicking count, whether they send anything or not. While the warning stands, only its button counts.
  const notice = () => {
    if (isOver || warned === "idle" || Date.now() - lastTold < TELL_EVERY) return;
    lastTold = Date.now();
    askQuietly("POST");
  };
  for (const name of ["keydown", "pointerdown", "wheel"]) addEventListener(name, notice, { passive: true, capture: true });

  parts.stay.addEventListener("click", () => {
    lastTold = Date.now();
    askQuietly("POST");
  });
  parts.close.addEventListener("click", hide);
  addEventListener("focus", () => { if (isOver || warned) askQuietly("GET"); });
  addEventListener("pageshow", (event) => { if (event.persisted) askQuietly("GET"); });
  setInterval(look, LOOK_EVERY);
}
