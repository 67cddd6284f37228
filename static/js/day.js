// Refreshes a daily schedule on the screen: requests the same page every half minute, announces changes and marks them.
(() => {
  const schedule = document.querySelector(".daily-schedule");
  const bar = schedule?.querySelector(".refresh");
  if (!bar || !window.fetch || !window.DOMParser) return;
  const button = bar.querySelector("button");
  const status = bar.querySelector("[role=status]");
  const INTERVAL = 30_000;
  const MAX_ERRORS = 3; // in a row, before readers are warned
  const SLOWDOWN = 4; // after these errors, the interval is so many times longer
  const MAX_ANNOUNCED = 3; // entries that are named; the others are counted
  const storedPause = {
    get: () => { try { return sessionStorage.getItem("daily-schedule-paused") === "yes"; } catch { return false; } },
    set: (is) => { try { sessionStorage.setItem("daily-schedule-paused", is ? "yes" : "no"); } catch { /* not stored */ } },
  };
  let paused = storedPause.get();
  let etag = ""; // of the last response; a page cannot read the headers of its own
  let errors = 0;
  let ticks = 0;
  let lastResponse = new Date();
  let requesting = false;
  let printing = false;
  let timer;
  let marks = new Map(); // the word to show (new, changed), by the id of the entry

  const findEntries = (root) => new Map([...root.querySelectorAll("[data-entry]")].map((entry) => [entry.id, entry]));
  // Changes of volatile parts are not announced: the clock alone makes them, or they only name the edition.
  const contentOf = (node) => {
    const copy = node.cloneNode(true);
    for (const part of copy.querySelectorAll("[data-volatile], .refresh-mark")) part.remove();
    return [copy.textContent, ...[...copy.querySelectorAll("a")].map((link) => link.href)].join("\n").replace(/\s+/g, " ");
  };
  const findParts = (root) => new Map([...root.querySelectorAll("[data-refresh]")].map((part) => [part.dataset.refresh, part]));

  const findChanges = (before, after) => {
    const changes = new Map();
    for (const [id, entry] of after) {
      if (!before.has(id)) changes.set(id, bar.dataset.added);
      else if (contentOf(before.get(id)) !== contentOf(entry)) changes.set(id, bar.dataset.changed);
    }
    return changes;
  };
  const formatTime = (instant) => instant.toLocaleTimeString(document.documentElement.lang, {
    timeZone: "Europe/Brussels", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const announce = (changes, removed) => {
    const lines = [
      ...[...changes].map(([id, word]) => `${word}: ${document.getElementById(id).dataset.entry}`),
      ...removed.map((entry) => `${bar.dataset.removed}: ${entry.dataset.entry}`),
    ].map((line) => line.replace(/\s+/g, " ").trim());
    const rest = lines.length > MAX_ANNOUNCED ? `; +${lines.length - MAX_ANNOUNCED}` : "";
    status.textContent = `${bar.dataset.updated} ${formatTime(new Date())}${lines.length ? `: ${lines.slice(0, MAX_ANNOUNCED).join("; ")}${rest}` : ""}`;
  };
  const showMarks = () => {
    for (const [id, word] of marks) {
      const entry = document.getElementById(id);
      if (!entry) continue;
      entry.classList.add("is-refreshed");
      const mark = document.createElement("span");
      mark.className = "refresh-mark";
      mark.textContent = word;
      (entry.querySelector(".entry-title, .meeting-title") ?? entry).append(" ", mark);
    }
  };
  // Finds the focused link again by its entry and address, and keeps the entry at the top of the window where it is.
  const keepPosition = (replaceParts) => {
    const focused = document.activeElement?.closest("[data-refresh] a") ? document.activeElement : null;
    const place = focused && { id: focused.closest("[id]")?.id, href: focused.getAttribute("href") };
    const first = [...schedule.querySelectorAll("[data-entry]")].find((entry) => entry.getBoundingClientRect().bottom > 0);
    const top = scrollY > 0 ? first?.getBoundingClientRect().top : undefined;
    replaceParts();
    const same = first && document.getElementById(first.id);
    if (same && top !== undefined) scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
    if (!place) return;
    const links = [...(document.getElementById(place.id) ?? schedule).querySelectorAll("a")];
    const link = links.find((candidate) => candidate.getAttribute("href") === place.href) ?? links[0];
    link?.focus({ preventScroll: true });
  };
  const show = (page) => {
    const oldParts = findParts(schedule);
    const newParts = findParts(page);
    const before = findEntries(schedule);
    const oldContent = contentOf(oldParts.get("sections"));
    const oldHeading = contentOf(oldParts.get("heading").querySelector("h1"));
    const after = findEntries(page);
    const changes = findChanges(before, after);
    const removed = [...before].filter(([id]) => !after.has(id)).map(([, entry]) => entry);
    const isOtherDay = oldHeading !== contentOf(newParts.get("heading").querySelector("h1"));
    const hasChanged = oldContent !== contentOf(newParts.get("sections"));
    keepPosition(() => {
      for (const [name, part] of oldParts) {
        if (newParts.has(name) && part.innerHTML !== newParts.get(name).innerHTML) part.replaceWith(document.adoptNode(newParts.get(name)));
      }
      if (isOtherDay) document.title = page.ownerDocument.title;
      if (hasChanged) marks = isOtherDay ? new Map() : changes;
      showMarks();
    });
    if (hasChanged) announce(isOtherDay ? new Map() : changes, isOtherDay ? [] : removed);
  };
  // Nobody restarts a screen in the press room, so it keeps trying and shows how old its content is.
  const handleError = () => {
    errors += 1;
    if (errors === MAX_ERRORS) status.textContent = `${bar.dataset.offline} ${formatTime(lastResponse)}`;
  };
  const handleResponse = () => {
    if (errors >= MAX_ERRORS) status.textContent = "";
    errors = 0;
    lastResponse = new Date();
  };
  const refresh = async () => {
    if (paused || requesting || printing || document.hidden) return;
    requesting = true;
    try {
      const response = await fetch(location.href.split("#")[0], {
        cache: "no-store",
        headers: { "X-Background": "1", ...(etag && { "If-None-Match": etag }) },
        signal: AbortSignal.timeout(INTERVAL - 1_000),
      });
      const text = await response.text();
      if (response.status !== 200 && response.status !== 304) throw new Error(response.status);
      if (response.status === 200) {
        const page = new DOMParser().parseFromString(text, "text/html").querySelector(".daily-schedule");
        if (!page) throw new Error("no daily schedule");
        handleResponse();
        if (!paused) {
          etag = response.headers.get("ETag") ?? "";
          show(page);
          if (!page.querySelector(".refresh")) stop();
        }
      } else handleResponse();
    } catch {
      handleError();
    }
    requesting = false;
  };
  // The day is over in all time zones: nothing will change any more.
  const stop = () => {
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
    if (errors < MAX_ERRORS || ticks % SLOWDOWN === 0) refresh();
  };

  button.addEventListener("click", () => {
    setPaused(!paused);
    storedPause.set(paused);
    status.textContent = paused ? bar.dataset.paused : "";
    errors = 0;
    refresh();
  });
  document.addEventListener("visibilitychange", refresh);
  addEventListener("beforeprint", () => { printing = true; });
  addEventListener("afterprint", () => { printing = false; });
  if (matchMedia("print").matches) return;
  setPaused(paused);
  bar.hidden = false;
  timer = setInterval(tick, INTERVAL);
})();
