// Move rows by dragging their handle, with a mouse, a pen or a finger. Escape gives up.

const NEST_AFTER = 40; // pixels to the right of where the drag began

export function enableDragging(editor) {
  let drag = null;
  const line = document.createElement("div");
  line.className = "drop-line";

  const findTarget = (x, y) => {
    const rows = [...document.querySelectorAll(`.row[data-kind="${drag.row.kind}"]`)].filter((row) => !drag.row.element.contains(row) && row.offsetParent);
    const heads = rows.map((row) => ({ row, box: row.querySelector(":scope > .row-head").getBoundingClientRect() }));
    const nearest = heads.reduce((best, head) => {
      const distance = Math.abs((head.box.top + head.box.bottom) / 2 - y);
      return best && best.distance <= distance ? best : { ...head, distance };
    }, null);
    if (!nearest) return null;
    const after = y > (nearest.box.top + nearest.box.bottom) / 2;
    const nested = after && drag.row.kind === "agenda" && x - drag.startX > NEST_AFTER;
    return { id: nearest.row.dataset.id, element: nearest.row, after, nested };
  };

  const showTarget = (target) => {
    if (!target) return line.remove();
    line.classList.toggle("nested", target.nested);
    if (target.nested) target.element.append(line);
    else if (target.after) target.element.after(line);
    else target.element.before(line);
  };

  const drop = (target) => {
    const { store } = editor;
    const id = drag.row.id;
    if (target.nested) {
      store.move(id, target.id, "items", store.find(target.id).part.items.length);
    } else {
      const { owner, member, index } = store.find(target.id);
      const own = store.find(id);
      const isBefore = own.owner === owner && own.member === member && own.index < index;
      store.move(id, owner.id, member, index + (target.after ? 1 : 0) - (isBefore ? 1 : 0));
    }
    editor.announcePlace(id);
  };

  const end = (accepted) => {
    if (!drag) return;
    const { row, target } = drag;
    line.remove();
    row.element.classList.remove("dragged");
    if (accepted && target) drop(target);
    drag = null;
  };

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.(".handle");
    const element = handle?.closest(".row");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    drag = { row: editor.rows.get(element.dataset.id), startX: event.clientX, target: null };
    element.classList.add("dragged");
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.target = findTarget(event.clientX, event.clientY);
    showTarget(drag.target);
    if (event.clientY < 120) scrollBy(0, -12);
    else if (event.clientY > innerHeight - 60) scrollBy(0, 12);
  });
  document.addEventListener("pointerup", () => end(true));
  document.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) end(false); });
}
