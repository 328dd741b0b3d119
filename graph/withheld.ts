/** What PostgreSQL says of a statement that holds the value of a secret, without what may quote it or a part of it. */

/** As the driver reports it. */
interface Said {
  readonly message: string;
  readonly sqlstate: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
  readonly offset?: number | undefined;
}

/**
 * Messages of these name objects, rights and locks, never values. All others may quote a part of a value that no mask knows:
 * `invalid input syntax for type integer: "…"`, `Token "…" is invalid`, or whatever a function raises.
 */
const namesObjects: ReadonlySet<string> = new Set([
  "23502",
  "23503",
  "23505",
  "23514",
  "23P01",
  "2BP01",
  "3F000",
  "42P01",
  "42P07",
  "42703",
  "42704",
  "42710",
  "42883",
  "42501",
  "40001",
  "40P01",
  "53200",
  "53300",
  "55P03",
  "57014",
]);

/** Details quote rows, contexts quote statements: they are left out always, and the place in the sent text, which is another one. */
export function withheld<S extends Said>(said: S): S {
  const message = namesObjects.has(said.sqlstate)
    ? said.message
    : `PostgreSQL refuses it (SQLSTATE ${said.sqlstate}); what it says may quote the secret that the statement holds`;
  return { ...said, message, detail: undefined, hint: undefined, where: undefined, offset: undefined };
}
