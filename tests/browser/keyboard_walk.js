// Look at what a walk through a page, or a part of it, with the Tab key meets. Return the number of stops up to the end.
// `finishWalk()` returns the problems, or null before the end of the walk.
(part) => {
  const whole = document.querySelector(part);
  const USABLE = "a[href], button, input, select, textarea, summary, iframe, [tabindex='0'], [contenteditable=true]";
  const makeEnd = (id) => {
    const made = Object.assign(document.createElement("button"), { id, textContent: id, type: "button" });
    Object.assign(made.style, { position: "fixed", bottom: 0, left: 0, opacity: 0 });
    return made;
  };
  const [start, end] = [makeEnd("keyboard-start"), makeEnd("keyboard-end")];
  whole.prepend(start);
  whole.append(end);

  const isVisible = (each) => each.checkVisibility({ visibilityProperty: true }) && each.getBoundingClientRect().width > 0;
  // The arrow keys reach the others of a toolbar or of a list of tabs: it is one stop.
  const isOneOfSeveral = (each) => each.tabIndex < 0 && each.closest("[role=toolbar], [role=tablist]");
  const isUsable = (each) =>
    isVisible(each) && !each.matches(":disabled") && !each.closest("[inert]") && !isOneOfSeveral(each) && ![start, end].includes(each);
  const isPinned = (each) => each && (["sticky", "fixed"].includes(getComputedStyle(each).position) || isPinned(each.parentElement));
  const getGroup = (each) => (each.type === "radio" ? `radio ${each.name}` : each);
  const describe = (each) => each.outerHTML.replaceAll(/\s+/g, " ").slice(0, 160);
  const getLook = (each) => {
    const style = getComputedStyle(each);
    const names = ["outlineStyle", "outlineWidth", "boxShadow", "borderColor", "backgroundColor", "color", "textDecorationLine"];
    const frame = each.matches("[contenteditable]") && each.closest(".rich"); // it shows the focus in place of the field
    return [...names.map((name) => style[name]), frame && getLook(frame)].join();
  };
  const getPlace = (each) => {
    const { left, right, top, bottom } = each.getBoundingClientRect();
    return { left, right, top: top + scrollY, bottom: bottom + scrollY, look: getLook(each), isPinned: isPinned(each) };
  };
  const isAbove = (one, other) => one.bottom <= other.top && one.left < other.right && other.left < one.right;
  const isUncovered = (each) => {
    const { left, right, top, bottom } = each.getBoundingClientRect();
    const [x, y] = [Math.max(left, 0), Math.max(top, 0)];
    const [width, height] = [Math.min(right, innerWidth) - x, Math.min(bottom, innerHeight) - y];
    return [0.1, 0.5, 0.9].some((share) => {
      const found = document.elementFromPoint(x + width * share, y + height / 2);
      return found && (each.contains(found) || found.contains(each) || found.closest("label")?.control === each);
    });
  };

  document.activeElement?.blur(); // so that nothing looks focused
  const places = new Map([...whole.querySelectorAll(USABLE)].filter(isUsable).map((each) => [each, getPlace(each)]));
  const reached = new Set();
  const problems = [];
  let last = null;

  const look = () => {
    const each = document.activeElement;
    if (last === end || [start, document.body, last].includes(each)) return; // a frame has several stops
    if (each === end) {
      last = end;
      return;
    }
    reached.add(getGroup(each));
    const [place, before] = [places.get(each), places.get(last)];
    const report = (problem) => problems.push([problem, describe(each), ...(last ? [describe(last)] : [])]);
    if (each.localName !== "iframe") {
      if (place?.look === getLook(each)) report("focus is not visible");
      if (!isUncovered(each)) report("focus is covered");
    }
    if (last && !(last.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING)) report("out of order");
    if (place && before && !place.isPinned && !before.isPinned && isAbove(place, before)) report("goes up");
    last = each;
  };
  // A press in a frame sends no event to the page, which only loses the focus to it.
  addEventListener("keyup", look, true);
  addEventListener("blur", look);
  window.finishWalk = () => {
    if (last !== end) return null;
    removeEventListener("keyup", look, true);
    removeEventListener("blur", look);
    for (const each of places.keys()) if (isVisible(each) && !reached.has(getGroup(each))) problems.push(["not reached", describe(each)]);
    start.remove();
    end.remove();
    return problems;
  };
  start.focus();
  return new Set([...places.keys()].map(getGroup)).size + 1;
}
