// The page of a text within a screen: its frame is as high as the page, so that only the screen scrolls.

/** Call back when the page in the frame is there. */
export function whenLoaded(frame, callback) {
  if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.querySelector("main")) callback();
  else frame.addEventListener("load", callback, { once: true });
}

/** Make a loaded frame as high as its page, and let links within the page scroll the screen. */
export function growFrame(frame) {
  const page = frame.contentDocument;
  const fit = () => frame.style.setProperty("block-size", `${Math.ceil(page.body.getBoundingClientRect().height)}px`);
  page.documentElement.classList.add("grown");
  new ResizeObserver(fit).observe(page.body);
  fit();
  page.addEventListener("keydown", (event) => { // “Find” opens from within the page, too
    const { key, ctrlKey, metaKey } = event;
    if (!(ctrlKey || metaKey) || key.toLowerCase() !== "k") return;
    event.preventDefault();
    dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, metaKey, cancelable: true }));
    const giveBack = () => event.target.focus({ preventScroll: true });
    document.querySelector("dialog[open]")?.addEventListener("close", giveBack, { once: true });
  });
  page.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault(); // the frame itself does not scroll
    const target = page.getElementById(link.hash.slice(1));
    if (target) scrollTo({ top: target.getBoundingClientRect().top + frame.getBoundingClientRect().top + scrollY });
  });
}
