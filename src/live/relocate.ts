/**
 * What a file of a matrix says is the same for each of its values but for the schema of what it names without one. It is
 * parsed once with a schema that stands for all of them, and moved to the schema of each.
 */
import type { Attachment, DeclaredObject, NameSpan } from "../../graph/declared.ts";
import type { Identity } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import type { AssembledComponent } from "./assemble.ts";
import type { Facts } from "./facts.ts";

/** Quoted, and in a text of SQL, it is the same. */
const standIn = "__migrator_schema_of_the_matrix";

export function isStandIn(schema: string): boolean {
  return schema === standIn;
}

export function standInPath(searchPath: readonly string[]): readonly string[] {
  return [standIn, ...searchPath];
}

/**
 * Whether what was parsed with the stand-in is what parsing with `searchPath` gives. Where a text may itself name its own schema,
 * or a later one of the path is the same, only parsing tells.
 */
export function canRelocate(
  text: string,
  searchPath: readonly string[],
  project: readonly string[],
): boolean {
  const [schema = ""] = searchPath;
  if (!sharesPath({ searchPath }, project)) return false;
  const folded = text.toLowerCase();
  const written = [schema, schema.replaceAll('"', '""'), standIn].map((name) => name.toLowerCase());
  // What is said of statistics is hashed with the name of their schema.
  return ![...written, 'u&"', "statistics"].some((part) => folded.includes(part));
}

/** Whether bare names mean the same for all such values but for what stands in their own schema. */
export function sharesPath(
  { searchPath }: Pick<MatrixScope, "searchPath">,
  project: readonly string[],
): boolean {
  const [schema = "", ...rest] = searchPath;
  if (rest.length !== project.length || rest.some((name, i) => name !== project[i])) return false;
  return schema !== "" && !rest.includes(schema);
}

/** The facts with `schema` in the place of the stand-in, and under another component's name. */
export function relocate({ parsed, mistakes }: Facts, component: string, schema: string): Facts {
  const move = mover(component, schema);
  return {
    parsed: move.component(parsed),
    mistakes: mistakes.map((mistake) => ({ ...mistake, message: move.text(mistake.message) })),
  };
}

/** The facts as parsed, under another component's name. */
export function renamed(facts: Facts, component: string): Facts {
  return relocate(facts, component, standIn);
}

function mover(component: string, schema: string) {
  const quoted = quoteIdentifier(schema);
  const text = (given: string): string =>
    quoted === standIn ? given : given.replaceAll(standIn, () => quoted);
  const span = (given: string, name: NameSpan | null): NameSpan | null =>
    name === null
      ? null
      : {
          start: text(given.slice(0, name.start)).length,
          end: text(given.slice(0, name.end)).length,
          of: name.of,
        };
  const identity = (given: Identity): Identity => {
    const moved = given.schema === standIn ? { ...given, schema } : given;
    return "arguments" in moved ? { ...moved, arguments: moved.arguments.map(text) } : moved;
  };
  const attachment = (given: Attachment): Attachment => ({
    ...given,
    component,
    key: text(given.key),
    sql: text(given.sql),
    undo: given.undo === null ? null : text(given.undo),
    target: {
      key: span(given.key, given.target.key),
      sql: span(given.sql, given.target.sql),
      undo: given.undo === null ? null : span(given.undo, given.target.undo),
    },
  });
  const object = (given: DeclaredObject): DeclaredObject => ({
    ...given,
    identity: identity(given.identity),
    component,
    attachments: given.attachments.map(attachment),
  });
  return {
    text,
    component: (given: AssembledComponent): AssembledComponent => ({
      ...given,
      component,
      objects: given.objects.map(object),
      loose: given.loose.map((one) => ({ ...one, attachment: attachment(one.attachment) })),
    }),
  };
}
