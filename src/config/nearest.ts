/** Which known word was probably meant. */

/** More known words than these help nobody. */
const mostListed = 12;

/** The known word that is at most a third of its letters away from this one; undefined where none is. */
function nearestWord(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance <= Math.max(1, Math.ceil(candidate.length / 3))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** ` Did you mean "x"?`-like fix, or the list of all known words. */
export function suggestWord(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  if (known.length === 0) return "remove it";
  const more = known.length > mostListed ? ` and ${known.length - mostListed} more` : "";
  const listed = known.slice(0, mostListed).map((name) => `"${name}"`);
  return `known are ${listed.join(", ")}${more}`;
}

/** The path that was probably meant: by all of it, or by its last part where that stands in another folder; undefined where none is. */
export function nearestPath(path: string, known: readonly string[]): string | undefined {
  const whole = nearestWord(path, known);
  if (whole !== undefined) return whole;
  const last = (one: string): string => one.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const byName = new Map(known.map((one) => [last(one), one]));
  const found = nearestWord(last(path), byName.keys());
  return found === undefined ? undefined : byName.get(found);
}

/** Letters to insert, delete, replace, or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
