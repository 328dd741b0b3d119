/** The variables as templates see them: each secret is an opaque value with the name of a psql variable. */
import { createHash } from "node:crypto";
import { compareText } from "../../graph/compare.ts";
import { declaresSecret, type SecretSource, secretSource } from "../config/secret-source.ts";
import type { OpaqueValues } from "./opaque.ts";

/** psql gives these a meaning of its own (`man psql`, Variables). */
const psqlOwn = new Set(
  (
    "AUTOCOMMIT COMP_KEYWORD_CASE DBNAME ECHO ECHO_HIDDEN ENCODING ERROR FETCH_COUNT HIDE_TABLEAM HIDE_TOAST_COMPRESSION " +
    "HISTCONTROL HISTFILE HISTSIZE HOST IGNOREEOF LASTOID LAST_ERROR_MESSAGE LAST_ERROR_SQLSTATE ON_ERROR_ROLLBACK " +
    "ON_ERROR_STOP PIPELINE_COMMAND_COUNT PIPELINE_RESULT_COUNT PIPELINE_SYNC_COUNT PORT PROMPT1 PROMPT2 PROMPT3 QUIET " +
    "ROW_COUNT SERVER_VERSION_NAME SERVER_VERSION_NUM SERVICE SHELL_ERROR SHELL_EXIT_CODE SHOW_ALL_RESULTS SHOW_CONTEXT " +
    "SINGLELINE SINGLESTEP SQLSTATE USER VERBOSITY VERSION VERSION_NAME VERSION_NUM WATCH_INTERVAL"
  ).split(" "),
);

interface FoundSecret {
  readonly path: readonly string[];
  readonly source: SecretSource;
}

/** The variables with their secrets hidden in `opaque`, the names of psql variables given. */
export function hideSecrets(
  variables: Readonly<Record<string, unknown>>,
  opaque: OpaqueValues,
): Readonly<Record<string, unknown>> {
  const found: FoundSecret[] = [];
  collect(variables, [], found);
  if (found.length === 0) return variables;
  const hidden = new Map<string, string>();
  const taken = new Set<string>();
  found.sort((a, b) => a.path.length - b.path.length || compareText(key(a.path), key(b.path)));
  for (const { path, source } of found) {
    const plain = path.map((part) => part.replaceAll(/[^A-Za-z0-9_]/g, "_")).join("_");
    let name = psqlOwn.has(plain) ? `secret_${plain}` : plain;
    if (taken.has(name)) name += `_${createHash("sha256").update(key(path)).digest("hex").slice(0, 8)}`;
    taken.add(name);
    hidden.set(key(path), opaque.hide({ kind: "secret", path: path.join("."), name, source }));
  }
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, replaced(value, [name], hidden)]),
  );
}

function collect(value: unknown, path: readonly string[], found: FoundSecret[]): void {
  if (typeof value !== "object" || value === null) return;
  const source = path.length === 0 ? undefined : secretSource(value);
  if (source !== undefined) found.push({ path, source });
  else for (const [name, inner] of Object.entries(value)) collect(inner, [...path, name], found);
}

function replaced(value: unknown, path: readonly string[], hidden: ReadonlyMap<string, string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (declaresSecret(value)) return hidden.get(key(path)) ?? value;
  if (Array.isArray(value))
    return value.map((inner, index) => replaced(inner, [...path, String(index)], hidden));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, replaced(inner, [...path, name], hidden)]),
  );
}

function key(path: readonly string[]): string {
  return JSON.stringify(path);
}
