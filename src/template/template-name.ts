/** What the name of a file says about it. A name may end in the migration that pinned it: `views/a.sql.jinja@20240802-x`. */

const pinned = /@[^/]*$/;

/** True for a template; any other file is included as it is. */
export function isTemplateName(name: string): boolean {
  return name.replace(pinned, "").endsWith(".jinja");
}

/** Templates of other texts than SQL, `x.json.jinja`, print values as they are. */
export function printsSql(name: string): boolean {
  const inner = /\.([^./]+)\.jinja$/.exec(name.replace(pinned, ""))?.[1];
  return inner === undefined || inner.toLowerCase() === "sql";
}
