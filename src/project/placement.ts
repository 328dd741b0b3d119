/** What a file below components/ is, by its name alone. */

export type Placement =
  /** Declares objects. `schema` is that of idempotent_schemas/NAME/, else null. */
  | { readonly kind: "component"; readonly schema: string | null; readonly template: boolean }
  /** Read by templates alone: `_name.sql.jinja`, what stands below a folder `_name/`, and whatever is not SQL. */
  | { readonly kind: "included" }
  /** Below a folder `@NAME/`. */
  | { readonly kind: "matrix"; readonly folder: string }
  /** Directly in idempotent_schemas/, which holds nothing but folders. */
  | { readonly kind: "schemaless" };

export const schemasFolder = "idempotent_schemas";

/** `name` is the path below components/, with forward slashes. */
export function placementOf(name: string): Placement {
  const segments = name.split("/");
  const last = segments.pop() ?? "";
  const matrix = segments.findIndex((segment) => segment.startsWith("@"));
  if (matrix !== -1) return { kind: "matrix", folder: segments.slice(0, matrix + 1).join("/") };
  const template = last.endsWith(".sql.jinja");
  const below = segments.some((segment) => segment.startsWith("_"));
  if (!(template || last.endsWith(".sql")) || below || (template && last.startsWith("_"))) {
    return { kind: "included" };
  }
  if (segments[0] !== schemasFolder) return { kind: "component", schema: null, template };
  const [, schema] = segments;
  return schema === undefined ? { kind: "schemaless" } : { kind: "component", schema, template };
}

/** True for what is never part of a project: dot files, and the temporary files of editors. A single path segment. */
export function isIgnored(segment: string): boolean {
  return (
    segment.startsWith(".") ||
    segment.endsWith("~") ||
    segment.endsWith(".swp") ||
    segment.endsWith(".tmp") ||
    segment === "4913" ||
    (segment.startsWith("#") && segment.endsWith("#"))
  );
}
