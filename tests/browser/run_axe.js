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
  const groupTexts = () => {
    const groups = new Map();
    for (const each of document.body.querySelectorAll("*")) {
      if (hasText(each) && each.checkVisibility({ visibilityProperty: true })) {
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(each);
        const kind = [getSurroundings(each), color, fontSize, fontWeight, textShadow].join();
        groups.get(kind)?.push(each) ?? groups.set(kind, [each]);
      }
    }
    return [...groups.values()];
  };
  // Axe does not judge what only screen readers see, what is disabled, or a single character. If it did not judge the
  // last of a kind, show it all of them.
  const checkContrast = async () => {
    const contrast = { ...options, resultTypes: ["violations", "passes"], runOnly: ["color-contrast"], elementRef: true };
    const judged = new Set();
    const found = [];
    const check = async (elements) => {
      if (elements.length) {
        const { violations, passes } = await axe.run({ include: elements }, { ...contrast, rules: {} });
        for (const { nodes } of [...violations, ...passes]) nodes.forEach(({ element }) => judged.add(element));
        found.push(...violations);
      }
    };
    const groups = groupTexts();
    await check(groups.map((texts) => texts.at(-1)));
    await check(groups.filter((texts) => !texts.some((each) => judged.has(each))).flat());
    return found;
  };

  const { violations } = await axe.run(document, options);
  if (withContrast) violations.push(...(await checkContrast()));
  return violations.map((rule) => [rule.id, rule.nodes[0].html]);
}
