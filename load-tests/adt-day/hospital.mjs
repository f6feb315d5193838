/**
 * The hospital as the day's author has it in mind: who is where. What is sent about it may be wrong, late, or said
 * twice; the author goes on from what was meant.
 * @param {readonly any[]} beds
 * @param {import('../faults/random.mjs').Random} random
 */
export function createHospital(beds, random) {
  /** @type {Map<any, any>} who is in each bed */
  const lying = new Map();
  /** Stays that are under way, some of them in no bed. @type {any[]} */
  const stays = [];
  /** Beds to be cleaned. @type {any[]} */
  const dirty = [];
  /** Those who left, and what they left, lately. @type {any[]} */
  const gone = [];

  const keep = (list, item, most) => {
    list.push(item);
    if (list.length > most) list.shift();
  };

  function leave(stay) {
    if (stay.bed === undefined) return;
    lying.delete(stay.bed);
    keep(dirty, stay.bed, 400);
    stay.before = stay.bed;
    stay.bed = undefined;
  }

  return {
    beds,
    stays,
    gone,
    dirty,
    /** A bed nobody is in, if one is soon found; now and then any bed, which is how mistakes are made. */
    bedFor() {
      if (random.chance(0.04)) return random.pick(beds);
      for (let tries = 0; tries < 30; tries += 1) {
        const bed = random.pick(beds);
        if (!lying.has(bed) && !dirty.includes(bed)) return bed;
      }
      return undefined;
    },
    begin(stay) {
      stays.push(stay);
    },
    put(stay, bed) {
      leave(stay);
      const other = lying.get(bed);
      if (other !== undefined) other.bed = undefined;
      const at = dirty.indexOf(bed);
      if (at !== -1) dirty.splice(at, 1);
      stay.bed = bed;
      lying.set(bed, stay);
    },
    leave,
    end(stay) {
      leave(stay);
      stays.splice(stays.indexOf(stay), 1);
      keep(gone, stay, 60);
    },
    /** Two stays change beds. */
    swap(one, other) {
      const [a, b] = [one.bed, other.bed];
      Object.assign(one, { bed: b, before: a });
      Object.assign(other, { bed: a, before: b });
      lying.set(b, one);
      lying.set(a, other);
    },
    share: () => lying.size / beds.length,
    /** One of the stays of which something holds, if one is soon found. @param {(stay: any) => boolean} fits */
    any(fits) {
      for (let tries = 0; tries < 12 && stays.length > 0; tries += 1) {
        const stay = random.pick(stays);
        if (fits(stay)) return stay;
      }
      return undefined;
    },
  };
}
