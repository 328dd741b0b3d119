/** How keys and names of values stand in a line that a person reads. */

/** As it is, unless it holds what no terminal should be told, or what reads as something else. */
export function shownKey(key: string): string {
  return /^[^\p{C}\s"'][^\p{C}]*$/u.test(key) ? key : JSON.stringify(key);
}
