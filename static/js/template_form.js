// The form of a template: parts are moved with buttons instead of order numbers, and added without a request.
// `describe_part_form` names them in the same way.
{
  const status = document.querySelector("#announcements");
  const form = document.querySelector(".parts-form");
  const find = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const read = (row, name) => {
    const field = find(row, name);
    return (field?.selectedOptions ? field.selectedOptions[0]?.text : field?.value)?.trim() ?? "";
  };
  const listRows = (rows) => [...rows.querySelectorAll(":scope > .part-row:not([hidden])")];
  const getName = (row) => row.querySelector("summary").textContent.trim();

  /** An empty new part must stay without an order, or it counts as one that was filled in. */
  const isFilled = (row) => [...row.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "hidden" || field.name.endsWith("-ORDER")) return false;
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.options) return !field.selectedOptions[0]?.defaultSelected && field.selectedIndex > 0;
    return field.value.trim() !== "";
  });

  const renumber = (rows) => {
    for (const [index, row] of listRows(rows).entries()) {
      if (!("new" in row.dataset) || isFilled(row)) find(row, "ORDER").value = index + 1;
    }
  };

  const move = (row, step) => {
    const rows = row.parentElement;
    const all = listRows(rows);
    const place = all.indexOf(row) + step;
    if (all[place]) all[place][step < 0 ? "before" : "after"](row);
    renumber(rows);
    const number = listRows(rows).indexOf(row) + 1;
    status.textContent = rows.dataset.moved.replace("%(name)s", getName(row)).replace("%(number)s", number).replace("%(all)s", all.length);
  };

  const showName = (row) => {
    const kind = read(row, "kind");
    const title = read(row, "title") || read(row, "name");
    const part = title && find(row, "clock") ? `${kind}: ${title}` : title || kind;
    const name = [read(row, "clock"), [part, read(row, "role")].filter(Boolean).join(", ")].filter(Boolean).join(" ");
    if (name && (!("new" in row.dataset) || isFilled(row))) row.querySelector("summary").textContent = name;
    row.classList.toggle("deleted", Boolean(find(row, "DELETE")?.checked));
  };

  const makeTool = (sign, label, row, step) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "part-tool", textContent: sign, ariaLabel: `${label}: ${getName(row)}`, title: label });
    button.addEventListener("click", () => {
      move(row, step);
      button.focus();
    });
    return button;
  };

  const equip = (row) => {
    const { up, down } = row.parentElement.dataset;
    const tools = document.createElement("span");
    tools.className = "part-tools";
    tools.append(makeTool("↑", up, row, -1), makeTool("↓", down, row, 1));
    row.append(tools);
    find(row, "ORDER").closest(".step-field").hidden = true;
    row.querySelector("summary").addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!event.altKey || !step) return;
      event.preventDefault();
      move(row, step);
      event.target.focus();
    });
    row.addEventListener("input", () => {
      showName(row);
      for (const [index, button] of [...tools.children].entries()) button.ariaLabel = `${index ? down : up}: ${getName(row)}`;
    });
  };

  for (const rows of document.querySelectorAll(".part-rows")) {
    const { prefix } = rows.dataset;
    const section = rows.parentElement;
    const total = section.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
    const template = section.querySelector("template");
    for (const row of rows.children) {
      equip(row);
      row.hidden = "new" in row.dataset;
    }
    const add = section.querySelector(".add-part");
    add.hidden = false;
    add.addEventListener("click", () => {
      let row = rows.querySelector(":scope > [hidden]");
      if (!row) {
        const copy = document.createElement("div");
        copy.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
        row = copy.firstElementChild;
        row.dataset.new = "";
        rows.append(row);
        equip(row);
        total.value = Number(total.value) + 1;
      }
      row.hidden = false;
      row.querySelector("details").open = true;
      row.querySelector("input:not([type=hidden]), select").focus();
    });
  }
  form.addEventListener("submit", () => { for (const rows of document.querySelectorAll(".part-rows")) renumber(rows); });
  form.querySelector("[name=add-row]").remove();
}
