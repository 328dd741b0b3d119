/**
 * What the name of a file says about it. A name may end in the migration that pinned it, `views/a.sql.jinja@20240802030220-x`:
 * what that one built it to is given, and no template any more.
 */

const pinned = /@(?:[^@]*\/)?\d{14}[-_][^/@]+$/;

/** True for a name that ends in a migration. */
export function isPinnedName(name: string): boolean {
  return pinned.test(name);
}

/** True for a template; any other file is included as it is. */
export function isTemplateName(name: string): boolean {
  return !isPinnedName(name) && name.endsWith(".jinja");
}

/** Templates of other texts than SQL, `x.json.jinja`, print values as they are. */
export function printsSql(name: string): boolean {
  const inner = /\.([^./]+)\.jinja$/.exec(name)?.[1];
  return inner === undefined || inner.toLowerCase() === "sql";
}
