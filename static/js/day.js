// Renews a day-sheet on the screen: asks for the same page every half minute, tells what is new, and marks it.
(() => {
  const sheet = document.querySelector(".day-sheet[data-etag]");
  const bar = sheet?.querySelector(".renewal");
  if (!bar || !window.fetch || !window.DOMParser) return;
  const button = bar.querySelector("button");
  const status = bar.querySelector("[role=status]");
  const PAUSE = 30_000;
  const PATIENCE = 3; // errors one after the other
  const SLOWER = 4; // times, from then on
  const LONGEST = 3; // entries told by name
  const remembered = {
    get: () => { try { return sessionStorage.getItem("day-sheet-paused") === "yes"; } catch { return false; } },
    set: (is) => { try { sessionStorage.setItem("day-sheet-paused", is ? "yes" : "no"); } catch { /* not remembered */ } },
  };
  let paused = remembered.get();
  let etag = sheet.dataset.etag;
  let errors = 0;
  let ticks = 0;
  let reached = new Date();
  let asking = false;
  let printing = false;
  let timer;
  let marks = new Map(); // by id of the entry

  const entriesOf = (part) => new Map([...part.querySelectorAll("[data-entry]")].map((entry) => [entry.id, entry]));
  // What the clock alone changes is no news, nor which edition it is.
  const told = (node) => {
    const copy = node.cloneNode(true);
    for (const one of copy.querySelectorAll("[data-untold], .renewed")) one.remove();
    return [copy.textContent, ...[...copy.querySelectorAll("a")].map((link) => link.href)].join("\n").replace(/\s+/g, " ");
  };
  const partsOf = (root) => new Map([...root.querySelectorAll("[data-renewed]")].map((part) => [part.dataset.renewed, part]));

  const differences = (before, after) => {
    const found = new Map();
    for (const [id, entry] of after) {
      if (!before.has(id)) found.set(id, bar.dataset.added);
      else if (told(before.get(id)) !== told(entry)) found.set(id, bar.dataset.changed);
    }
    return found;
  };
  const clockOf = (at) => at.toLocaleTimeString(document.documentElement.lang, {
    timeZone: "Europe/Brussels", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const announce = (found, gone) => {
    const named = [
      ...[...found].map(([id, kind]) => `${kind}: ${document.getElementById(id).dataset.entry}`),
      ...gone.map((entry) => `${bar.dataset.gone}: ${entry.dataset.entry}`),
    ].map((words) => words.replace(/\s+/g, " ").trim());
    const rest = named.length > LONGEST ? `; +${named.length - LONGEST}` : "";
    status.textContent = `${bar.dataset.updated} ${clockOf(new Date())}${named.length ? `: ${named.slice(0, LONGEST).join("; ")}${rest}` : ""}`;
  };
  const mark = () => {
    for (const [id, kind] of marks) {
      const entry = document.getElementById(id);
      if (!entry) continue;
      entry.classList.add("is-renewed");
      const word = document.createElement("span");
      word.className = "renewed";
      word.textContent = kind;
      (entry.querySelector(".entry-title, .meeting-title") ?? entry).append(" ", word);
    }
  };
  // The focused link is found again by its entry and address; what stands at the top of the window stays there.
  const keepingPlace = (swap) => {
    const focused = document.activeElement?.closest("[data-renewed] a") ? document.activeElement : null;
    const place = focused && { id: focused.closest("[id]")?.id, href: focused.getAttribute("href") };
    const first = [...sheet.querySelectorAll("[data-entry]")].find((entry) => entry.getBoundingClientRect().bottom > 0);
    const top = scrollY > 0 ? first?.getBoundingClientRect().top : undefined;
    swap();
    const same = first && document.getElementById(first.id);
    if (same && top !== undefined) scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
    if (!place) return;
    const links = [...(document.getElementById(place.id) ?? sheet).querySelectorAll("a")];
    const link = links.find((one) => one.getAttribute("href") === place.href) ?? links[0];
    link?.focus({ preventScroll: true });
  };
  const show = (page) => {
    const now = partsOf(sheet);
    const then = partsOf(page);
    const before = entriesOf(sheet);
    const wasTold = told(now.get("sheet"));
    const wasHeaded = told(now.get("heading").querySelector("h1"));
    const after = entriesOf(page);
    const found = differences(before, after);
    const gone = [...before].filter(([id]) => !after.has(id)).map(([, entry]) => entry);
    const isOtherDay = wasHeaded !== told(then.get("heading").querySelector("h1"));
    const isNews = wasTold !== told(then.get("sheet"));
    keepingPlace(() => {
      for (const [name, part] of now) {
        if (then.has(name) && part.innerHTML !== then.get(name).innerHTML) part.replaceWith(document.adoptNode(then.get(name)));
      }
      if (isOtherDay) document.title = page.ownerDocument.title;
      if (isNews) marks = isOtherDay ? new Map() : found;
      mark();
    });
    if (isNews) announce(isOtherDay ? new Map() : found, isOtherDay ? [] : gone);
  };
  // A screen in the press room has nobody who would start it again: it goes on trying, and says since when it is old.
  const failed = () => {
    errors += 1;
    if (errors === PATIENCE) status.textContent = `${bar.dataset.lost} ${clockOf(reached)}`;
  };
  const reachedAgain = () => {
    if (errors >= PATIENCE) status.textContent = "";
    errors = 0;
    reached = new Date();
  };
  const ask = async () => {
    if (paused || asking || printing || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(location.href.split("#")[0], {
        cache: "no-store", headers: { "If-None-Match": etag }, signal: AbortSignal.timeout(PAUSE - 1_000),
      });
      const text = await answer.text();
      if (answer.status !== 200 && answer.status !== 304) throw new Error(answer.status);
      if (answer.status === 200) {
        const page = new DOMParser().parseFromString(text, "text/html").querySelector(".day-sheet[data-etag]");
        if (!page) throw new Error("no day-sheet");
        reachedAgain();
        if (!paused) {
          etag = page.dataset.etag;
          show(page);
          if (!page.querySelector(".renewal")) end();
        }
      } else reachedAgain();
    } catch {
      failed();
    }
    asking = false;
  };
  // The day is over, everywhere: nothing is to come any more.
  const end = () => {
    clearInterval(timer);
    paused = true;
    button.hidden = true;
  };
  const setPaused = (is) => {
    paused = is;
    button.setAttribute("aria-pressed", String(is));
  };
  const tick = () => {
    ticks += 1;
    if (errors < PATIENCE || ticks % SLOWER === 0) ask();
  };

  button.addEventListener("click", () => {
    setPaused(!paused);
    remembered.set(paused);
    status.textContent = paused ? bar.dataset.paused : "";
    errors = 0;
    ask();
  });
  document.addEventListener("visibilitychange", ask);
  addEventListener("beforeprint", () => { printing = true; });
  addEventListener("afterprint", () => { printing = false; });
  if (matchMedia("print").matches) return;
  setPaused(paused);
  bar.hidden = false;
  timer = setInterval(tick, PAUSE);
})();
