// Run axe on the page, and return the id of each rule that it violates, with the first element.
async ({ options, withContrast }) => {
  // Most of axe's time goes into contrast. It follows from the colours of an element and of those around it, so one
  // element of each kind is enough.
  const kinds = new Map();
  const surroundings = new Map([[null, 0]]);
  const getNumber = (key) => kinds.get(key) ?? kinds.set(key, kinds.size + 1).size;
  const getSurroundings = (each) => {
    if (!surroundings.has(each)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(each);
      const around = getSurroundings(each.parentElement);
      surroundings.set(each, getNumber([around, backgroundColor, backgroundImage, opacity].join()));
    }
    return surroundings.get(each);
  };
  const hasText = (each) =>
    each.matches("input, select, textarea") || [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const findTexts = () => {
    const found = new Map();
    for (const each of document.body.querySelectorAll("*")) {
      if (hasText(each) && each.checkVisibility({ visibilityProperty: true })) {
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(each);
        found.set([getSurroundings(each), color, fontSize, fontWeight, textShadow].join(), each);
      }
    }
    return [...found.values()];
  };

  const { violations } = await axe.run(document, options);
  if (withContrast) {
    const contrast = { ...options, rules: {}, runOnly: ["color-contrast"] };
    violations.push(...(await axe.run({ include: findTexts() }, contrast)).violations);
  }
  return violations.map((rule) => [rule.id, rule.nodes[0].html]);
}
