/**
 * The names that components of a scope have in memory and in the ledger: `@tenant=acme/views/a.sql` is the file
 * `@tenant/views/a.sql` for the value `acme`. The key comes from data: what could end the folder is written as %XX.
 */
import { type MatrixScope, scopeName, sharedScope } from "./scope.ts";

const scoped = /(^|\/)@([^/=]*)=([^/]*)\//;

/** The folder that the names of a value's components have in the place of the matrix's: `@tenant=acme/`. */
export function scopedFolder({ matrix, key }: Pick<MatrixScope, "matrix" | "key">): string {
  return `@${matrix}=${key.replaceAll(/[%/\p{Cc}]/gu, encoded)}/`;
}

/** `file`: the path below components/. */
export function scopedName(file: string, matrix: string, key: string): string {
  const folder = scopedFolder({ matrix, key });
  // A function as the replacement: `$&` in a key would be a pattern.
  return file.replace(/(^|\/)@[^/]*\//, (_, before: string) => before + folder);
}

/** The file's path below components/. */
export function fileOfComponent(component: string): string {
  return component.replace(scoped, (_, before: string, matrix: string) => `${before}@${matrix}/`);
}

/** The ledger's name of the component's scope: `tenant=acme`, or `shared`. */
export function scopeOfComponent(component: string): string {
  const [, , matrix, key] = scoped.exec(component) ?? [];
  return matrix === undefined || key === undefined ? sharedScope : scopeName(matrix, decoded(key));
}

/** For a person: `tenant acme`. The key comes from data: it rules no terminal, and ends no line. */
export function describeScope(scope: string): string {
  return scope.replace("=", " ").replaceAll(/\p{Cc}/gu, "\u{fffd}");
}

function encoded(character: string): string {
  return [...new TextEncoder().encode(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

function decoded(key: string): string {
  return key.replaceAll(/(?:%[0-9A-F]{2})+/g, (bytes) => decodeURIComponent(bytes));
}
