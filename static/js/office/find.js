// “Find” opens with Ctrl+K (Mac: Cmd+K) over any screen, and shows results while one types. The arrow keys choose one.
{
  const dialog = document.getElementById("find");
  const link = document.getElementById("open-find");
  const box = dialog.querySelector("input");
  const results = dialog.querySelector(".found");
  const DELAY = 150; // milliseconds after a key before the server is asked
  let timer;
  let latest = 0;

  /** Show what is found. Return false if that failed, or if the list is of other words by now. */
  const ask = async () => {
    const number = ++latest;
    const query = new URLSearchParams({ q: box.value });
    try {
      const answer = await fetch(`${link.dataset.results}&${query}`, { credentials: "same-origin", redirect: "error" });
      const html = await answer.text();
      if (!answer.ok || number !== latest) return false;
      results.innerHTML = html;
      return true;
    } catch {
      return false; // offline or signed out: Enter opens the page, which says so
    }
  };

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    box.select();
    ask();
  };

  const move = (step) => {
    const links = [box, ...results.querySelectorAll("a")];
    const next = links.indexOf(document.activeElement) + step;
    links[(next + links.length) % links.length].focus();
  };

  addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      open();
    } else if (dialog.open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // the browser would only empty the box
    dialog.close();
  });
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    const first = (await ask()) && results.querySelector("a");
    if (first) first.click();
    else event.target.submit();
  });
}
