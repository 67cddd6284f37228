// Find a quoted passage in a text, also if spaces, line breaks or the words around it are different now.

export const squash = (text) => text.replaceAll(/\s+/g, "");

const countCommon = (one, other) => {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
};
const reverse = (text) => [...text].reverse().join("");

/** Return where the quote begins in the text, both without white space, or -1. The words around it decide between several. */
export function findQuote(text, { quote, before = "", after = "" }) {
  const [sought, left, right] = [squash(quote), reverse(squash(before)), squash(after)];
  let best = -1;
  let bestScore = -1;
  for (let at = sought ? text.indexOf(sought) : -1; at >= 0; at = text.indexOf(sought, at + 1)) {
    const score = countCommon(left, reverse(text.slice(Math.max(0, at - left.length), at))) + countCommon(right, text.slice(at + sought.length));
    if (score > bestScore) [best, bestScore] = [at, score];
  }
  return best;
}

/** Return the range of a passage within an element, or null if its words are not there any more. */
export function findPassage(root, passage) {
  const places = [];
  let text = "";
  const nodes = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    if (node.parentElement.closest("button")) continue;
    for (let offset = 0; offset < node.data.length; offset += 1) {
      if (!node.data[offset].trim()) continue;
      text += node.data[offset];
      places.push([node, offset]);
    }
  }
  const at = findQuote(text, passage);
  if (at < 0) return null;
  const range = root.ownerDocument.createRange();
  range.setStart(...places[at]);
  const [node, offset] = places[at + squash(passage.quote).length - 1];
  range.setEnd(node, offset + 1);
  return range;
}
