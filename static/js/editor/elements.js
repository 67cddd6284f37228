// Build elements in a line: `element("p", { class: "quiet" }, "text", child)`.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value !== "string") made[key] = value;
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export const button = (label, onclick, attributes = {}) => element("button", { type: "button", onclick, ...attributes }, label);

let counter = 0;
export const newId = () => `field-${(counter += 1)}`;

/** Say something to people who do not see the screen. */
export function announce(text) {
  document.querySelector("#announcements").textContent = text;
}

export const getPlainText = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.trim();

/** Make a toolbar that is one stop of the tab key. Arrow keys move within it. */
export function makeToolbar(label, buttons, attributes = {}) {
  const bar = element("div", { role: "toolbar", "aria-label": label, ...attributes }, ...buttons);
  for (const [index, each] of buttons.entries()) each.tabIndex = index ? -1 : 0;
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.altKey) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  });
  return bar;
}

/** Make the marks beside the name of a part: `[{ sign, label }, …]`. */
export const makeMarks = (marks) => marks.map(({ sign, label, isWide }) => element("span", { class: isWide ? "mark wide" : "mark", role: "img", "aria-label": label, title: label }, sign));
