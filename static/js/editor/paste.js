// Turn what Word and web pages put on the clipboard into the elements that a document may contain.

const BLOCKS = "p,h1,h2,h3,h4,h5,h6,div,li,tr,blockquote";
const LIST_LEVEL = /mso-list:\s*l\d+\s+level(\d)/i;
const NUMBER_MARK = /^\s*(?:\(?(\d+|[a-z])[.)])/i;

const rename = (old, name) => {
  const made = old.ownerDocument.createElement(name);
  made.append(...old.childNodes);
  old.replaceWith(made);
  return made;
};

const isBold = (style) => /font-weight:\s*(bold|[6-9]00)/i.test(style);
const isItalic = (style) => /font-style:\s*italic/i.test(style);

/** Return `{ html, simplified }`: the HTML, and names of what could not be kept as it was. */
export function cleanPastedHtml(pasted) {
  // As `style`, the attribute would break the content security policy when it is parsed.
  const page = new DOMParser().parseFromString(pasted.replaceAll(/(<[^>]*?\s)style=/gi, "$1data-style="), "text/html");
  const body = page.body;
  const simplified = new Set();
  for (const lost of body.querySelectorAll("style, script, meta, link, title, xml, o\\:p")) lost.remove();
  for (const image of body.querySelectorAll("img, svg, v\\:shape, picture")) {
    image.remove();
    simplified.add("An image was left out.");
  }
  convertWordLists(body, page);
  // A list that begins with a list, as some programs write it, would get an empty item before that.
  for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol):first-child")) list.replaceWith(...list.childNodes);
  for (const span of body.querySelectorAll("span, font")) {
    const style = span.dataset.style ?? "";
    if (isBold(style)) rename(span, "strong");
    else if (isItalic(style)) rename(span, "em");
  }
  for (const heading of body.querySelectorAll("h1, h2")) rename(heading, "h3");
  for (const heading of body.querySelectorAll("h5, h6")) rename(heading, "h4");
  for (const table of body.querySelectorAll("table")) {
    simplified.add("A table became lines of text.");
    const lines = [...table.rows].map((row) => {
      const line = page.createElement("p");
      for (const [index, cell] of [...row.cells].entries()) {
        if (index) line.append(" | ");
        for (const block of cell.querySelectorAll(BLOCKS)) block.replaceWith(...block.childNodes, " ");
        line.append(...cell.childNodes);
      }
      return line;
    });
    table.replaceWith(...lines);
  }
  for (const link of body.querySelectorAll("a")) {
    if (!/^(https?:|mailto:)/i.test(link.getAttribute("href") ?? "")) link.replaceWith(...link.childNodes);
  }
  for (const styled of body.querySelectorAll("[data-style], [class]")) {
    styled.removeAttribute("data-style");
    styled.removeAttribute("class");
  }
  return { html: body.innerHTML, simplified: [...simplified] };
}

/** Word writes the items of lists as paragraphs with a level in their style and the mark as text. */
function convertWordLists(body, page) {
  let open = [];
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4")]) {
    const found = LIST_LEVEL.exec(paragraph.dataset.style ?? "");
    if (!found) {
      open = [];
      continue;
    }
    const level = Number(found[1]);
    const mark = paragraph.querySelector('[data-style*="mso-list:Ignore" i], [data-style*="mso-list: Ignore" i]');
    const number = NUMBER_MARK.exec(mark?.textContent ?? "");
    mark?.remove();
    const item = page.createElement("li");
    item.append(...paragraph.childNodes);
    open = open.slice(0, level);
    if (open.length < level || !open[level - 1]) {
      const list = page.createElement(number ? "ol" : "ul");
      if (number && /^\d+$/.test(number[1]) && number[1] !== "1") list.setAttribute("start", number[1]);
      const above = open[level - 2]?.lastElementChild;
      if (above) {
        above.append(list);
        paragraph.remove();
      } else paragraph.replaceWith(list);
      open[level - 1] = list;
    } else paragraph.remove();
    open[level - 1].append(item);
  }
}
