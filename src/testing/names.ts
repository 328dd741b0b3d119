/** What test databases of a server are called: their names say what they are, of which state, and since when. */

const prefix = "migrator_test_";

/** `key` is a hash in hexadecimal digits. */
export function templateName(key: string): string {
  return `${prefix}template_${key.slice(0, 24)}`;
}

export function isTemplateName(name: string): boolean {
  return name.startsWith(`${prefix}template_`);
}

/** `time` in milliseconds since 1970. */
export function cloneName(key: string, time: number, random: string): string {
  return `${prefix}${time.toString(36)}_${key.slice(0, 8)}_${random}`;
}

/** When a copy was made; null for any other database. */
export function cloneTime(name: string): number | null {
  const [, digits] = /^migrator_test_([0-9a-z]{8,9})_[0-9a-f]{8}_/.exec(name) ?? [];
  return digits === undefined ? null : Number.parseInt(digits, 36);
}
