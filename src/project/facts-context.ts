/** What the remembered facts of components depend on besides their text. */

/** Raised when the parsed form changes, so that older memories are not trusted. */
export const factsVersion = 4;

export function factsContext(searchPath: readonly string[]): string {
  return JSON.stringify([factsVersion, searchPath]);
}
