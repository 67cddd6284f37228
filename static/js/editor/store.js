// The document that is being edited, and every change to it. This module knows no page.

// The members that hold parts, with the kind of the parts, as `PART_KINDS` in meetings/documents/traversal.py.
const PARTS = {
  agenda: "agenda",
  items: "agenda",
  programme: "programme",
  links: "links",
  sessions: "sessions",
  chairs: "chairs",
  contacts: "contacts",
  footnotes: "footnotes",
  results: "results",
  result: "results",
  alerts: "alerts",
};
const MAX_UNDO = 100;
/** The members of a programme point that are typed as one time. */
export const TIME_MEMBERS = ["time", "time_precision", "time_text"];

/** The members of a meeting that are one answer: on which days it is. */
export const DAY_MEMBERS = ["start_date", "end_date"];

/** Return whether two conflicts are one question of one save: about the same member, the same time, or the days of the
 * meeting. */
export const areOneQuestion = (one, other) => one.id === other.id && one.asked === other.asked
  && (one.member === other.member || [TIME_MEMBERS, DAY_MEMBERS].some((names) => [one, other].every(({ member }) => names.includes(member))));

/** Return whether a conflict is about the order of a list of parts. Its values are ids. */
export const isAboutOrder = ({ member, ours }) => member in PARTS && Array.isArray(ours);

const isPart = (value) => typeof value === "object" && value !== null && "id" in value;

/** Yield `{ part, kind, owner, member, index }` for each part in the owner, in the order of the note. */
export function* walkParts(owner) {
  for (const [member, kind] of Object.entries(PARTS)) {
    const value = owner[member];
    const parts = Array.isArray(value) ? value : [value];
    for (const [index, part] of parts.entries()) {
      if (!isPart(part)) continue;
      yield { part, kind, owner, member, index };
      yield* walkParts(part);
    }
  }
}

const holdsParts = (name, value) => name in PARTS && (Array.isArray(value) ? value.some(isPart) : isPart(value));

/** Return the members of a part that differ from those of another one, without the parts in it. */
export const listDifferences = (part, other) => Object.keys(part).filter((name) => !holdsParts(name, part[name]) && !holdsParts(name, other?.[name])
  && JSON.stringify(part[name]) !== JSON.stringify(other?.[name]));

/** Yield the items of an agenda with their depth, in printed order. */
export function* walkItems(items, depth = 0) {
  for (const item of items) {
    yield { item, depth };
    yield* walkItems(item.items, depth + 1);
  }
}

/** Give a copy of a part, and all parts in it, new ids. */
function renewIds(part) {
  part.id = crypto.randomUUID();
  for (const { part: inner } of [...walkParts(part)]) inner.id = crypto.randomUUID();
  return part;
}

export class Store extends EventTarget {
  #before = [];

  /** `isReadOnly`: changes are not made at all. */
  constructor(document, newParts, { isReadOnly = false } = {}) {
    super();
    this.isReadOnly = isReadOnly;
    this.document = document;
    this.newParts = newParts;
  }

  /** Return where a part is, or undefined if it is gone. The id of the document returns the document itself. */
  find(id) {
    if (id === this.document.id) return { part: this.document, kind: this.document.type };
    for (const place of walkParts(this.document)) if (place.part.id === id) return place;
    return undefined;
  }

  get(id, member) {
    const [first, second] = member.split(".");
    const value = this.find(id)?.part[first];
    return second ? value?.[second] : value;
  }

  set(id, values) {
    const place = this.find(id);
    if (!place || this.isReadOnly) return;
    const changed = Object.entries(values).filter(([name, value]) => JSON.stringify(this.get(id, name)) !== JSON.stringify(value));
    if (changed.length === 0) return;
    this.#remember(`${id} ${Object.keys(values)}`);
    for (const [name, value] of changed) {
      const [first, second] = name.split(".");
      if (second) place.part[first][second] = value;
      else place.part[first] = value;
    }
    this.#announce({ id, members: changed.map(([name]) => name) });
  }

  /** Set one member of several parts as one change: `[[id, value], …]`. Return a function that sets the old values. */
  setAll(member, values) {
    const old = values.map(([id]) => [id, this.get(id, member)]);
    this.#remember();
    for (const [id, value] of values) {
      const place = this.find(id);
      if (place && !this.isReadOnly) place.part[member] = value;
    }
    this.#announce({ structure: true });
    return () => this.setAll(member, old);
  }

  /** Add a part to a list of the owner, and return it. Without an index it comes last. */
  add(ownerId, member, { index = Infinity, part = null, values = {} } = {}) {
    this.#remember();
    const owner = this.find(ownerId).part;
    const added = { ...(part ?? renewIds(structuredClone(this.newParts[PARTS[member]]))), ...values };
    if (member === "result") owner.result = added;
    else owner[member].splice(index, 0, added);
    this.#announce({ structure: true });
    return added;
  }

  duplicate(id) {
    const { part, owner, member, index } = this.find(id);
    const copy = renewIds(structuredClone(part));
    const fresh = this.newParts[PARTS[member]];
    for (const name of ["state", "previous"]) if (name in copy) copy[name] = structuredClone(fresh[name]); // it has no past
    return this.add(owner.id, member, { index: index + 1, part: copy });
  }

  /** Remove a part. Return how many parts lose their session by that, and a function that brings everything back. */
  remove(id) {
    if (this.isReadOnly) return { count: 0, within: 0, bringBack: () => {} };
    this.#remember();
    const { part, owner, member, index } = this.find(id);
    this.#take(id);
    const ofSession = [...walkParts(this.document)].filter((place) => place.part.session === id).map((place) => place.part.id);
    for (const key of ofSession) this.find(key).part.session = null;
    const { programme = [] } = this.document;
    const pointItems = programme.map((point) => [point.id, point.items]);
    for (const point of programme) point.items = point.items.filter((item) => this.find(item));
    this.#announce({ structure: true });
    const bringBack = () => {
      if (!this.find(owner.id) || this.find(id)) return; // it cannot come back, or it has
      this.add(owner.id, member, { index, part });
      for (const key of ofSession) if (this.find(key)) this.find(key).part.session ??= id;
      for (const [key, items] of pointItems) if (this.find(key)) this.find(key).part.items = items.filter((item) => this.find(item));
      this.#announce({ structure: true });
    };
    return { count: ofSession.length, within: [...walkItems(part.items ?? [])].length, bringBack };
  }

  /** Move a part to a place in a list. `index` counts as if the part was not there. */
  move(id, ownerId, member, index) {
    if (this.isReadOnly || this.isWithin(ownerId, id)) return;
    this.#remember();
    const part = this.#take(id);
    const owner = this.find(ownerId).part;
    if (Array.isArray(owner[member])) owner[member].splice(index, 0, part);
    else {
      if (owner[member]) this.document.results.push(owner[member]); // an item has one result
      owner[member] = part;
    }
    this.#announce({ structure: true });
  }

  /** Put the parts of a list into the order of their ids. Other parts stay behind the one that they follow. */
  reorder(ownerId, member, ids) {
    const list = this.find(ownerId)?.part[member];
    if (this.isReadOnly || !list) return;
    this.#remember();
    const groups = [[]];
    for (const part of list) {
      if (ids.includes(part.id)) groups.push([part]);
      else groups.at(-1).push(part);
    }
    const [first, ...others] = groups;
    others.sort(([one], [other]) => ids.indexOf(one.id) - ids.indexOf(other.id));
    this.find(ownerId).part[member] = [first, ...others].flat();
    this.#announce({ structure: true });
  }

  /** Return the places of a part and of its owners, the outermost first. */
  listPlaces(id) {
    const places = [];
    for (let place = this.find(id); place?.owner; place = this.find(place.owner.id)) {
      places.unshift({ id: place.part.id, owner: place.owner.id, member: place.member, index: place.index });
    }
    return places;
  }

  /** Move a part to the place that it had in another version, of which these are the `listPlaces`.
   *
   * Owners that are now in the part move out of it. Return false if the part or an owner is gone.
   */
  moveBack(places) {
    if (!places.length || !places.every(({ id, owner }) => this.find(id) && this.find(owner))) return false;
    const { id: moved } = places.at(-1);
    for (const { id, owner, member, index } of places) if (this.isWithin(id, moved)) this.move(id, owner, member, index);
    return true;
  }

  /** Move an item or row by one place: up, down, into the row above it, or out of the one that it is in. */
  step(id, direction) {
    const { owner, member, index } = this.find(id);
    const list = owner[member];
    if (!Array.isArray(list)) return false;
    if (direction === "up" && index > 0) this.move(id, owner.id, member, index - 1);
    else if (direction === "down" && index < list.length - 1) this.move(id, owner.id, member, index + 1);
    else if (direction === "in" && index > 0 && list[0].items) {
      this.move(id, list[index - 1].id, "items", list[index - 1].items.length);
    } else if (direction === "out" && member === "items") {
      const above = this.find(owner.id);
      this.move(id, above.owner.id, above.member, above.index + 1);
    } else return false;
    return true;
  }

  isWithin(id, outerId) {
    if (id === outerId) return true;
    const outer = this.find(outerId);
    return [...walkParts(outer.part)].some(({ part }) => part.id === id);
  }

  /** Undo the last change that nothing else has undone. Return whether there was one. */
  undo() {
    const last = this.#before.pop();
    if (!last) return false;
    this.document = JSON.parse(last.text);
    this.#announce({ structure: true, undone: true });
    return true;
  }

  /** Take over what the server answered: the same document with its spelling, and with what others have saved. */
  adopt(document) {
    const previous = this.document;
    this.document = document;
    this.#before = []; // to undo further back would undo what others have saved
    this.dispatchEvent(new CustomEvent("adopt", { detail: { previous } }));
  }

  #take(id) {
    const { part, owner, member, index } = this.find(id);
    if (Array.isArray(owner[member])) owner[member].splice(index, 1);
    else owner[member] = null;
    return part;
  }

  #remember(key = "") {
    const last = this.#before.at(-1);
    if (key && last?.key === key && Date.now() - last.at < 2000) {
      last.at = Date.now();
      return;
    }
    this.#before.push({ key, at: Date.now(), text: JSON.stringify(this.document) });
    if (this.#before.length > MAX_UNDO) this.#before.shift();
  }

  #announce(detail) {
    this.dispatchEvent(new CustomEvent("change", { detail }));
  }
}
