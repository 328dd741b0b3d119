/** What a file below components/ is, by its name alone. */

export type Placement =
  /** Declares objects. `schema` is that of idempotent_schemas/NAME/, else null. */
  | { readonly kind: "component"; readonly schema: string | null; readonly template: boolean }
  /** Read by templates alone: `_name.sql.jinja`, what stands below a folder `_name/`, and whatever is not SQL. */
  | { readonly kind: "included" }
  /** Declares objects of each value of a matrix: below a folder `@NAME/`, `folder` as a path below components/. */
  | { readonly kind: "scoped"; readonly matrix: string; readonly folder: string; readonly template: boolean }
  /** Below a folder `@NAME/` in another one, or in idempotent_schemas/: the outer folder, and the inner one. */
  | { readonly kind: "nested"; readonly outer: string; readonly folder: string }
  /** Directly in idempotent_schemas/, which holds nothing but folders. */
  | { readonly kind: "schemaless" };

export const schemasFolder = "idempotent_schemas";

/** `name` is the path below components/, with forward slashes. */
export function placementOf(name: string): Placement {
  const segments = name.split("/");
  const last = segments.pop() ?? "";
  const template = last.endsWith(".sql.jinja");
  const below = segments.some((segment) => segment.startsWith("_"));
  if (!(template || last.endsWith(".sql")) || below || (template && last.startsWith("_"))) {
    return { kind: "included" };
  }
  const [first, second] = segments.flatMap((segment, i) => (segment.startsWith("@") ? [i] : []));
  if (first !== undefined) return scopedPlacement(segments, first, second, template);
  if (segments[0] !== schemasFolder) return { kind: "component", schema: null, template };
  const [, schema] = segments;
  return schema === undefined ? { kind: "schemaless" } : { kind: "component", schema, template };
}

/** `first` and `second` are the places of the folders `@NAME/`. */
function scopedPlacement(
  segments: readonly string[],
  first: number,
  second: number | undefined,
  template: boolean,
): Placement {
  const upTo = (i: number): string => segments.slice(0, i + 1).join("/");
  if (second !== undefined) return { kind: "nested", outer: upTo(first), folder: upTo(second) };
  const schemas = segments.indexOf(schemasFolder);
  if (schemas === 0) return { kind: "nested", outer: schemasFolder, folder: upTo(first) };
  if (schemas === first + 1) return { kind: "nested", outer: upTo(first), folder: upTo(schemas) };
  return { kind: "scoped", matrix: (segments[first] ?? "").slice(1), folder: upTo(first), template };
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
