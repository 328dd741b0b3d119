/** The GRANT and REVOKE statements of a component file: what an object's access control list has beside the defaults. */
import { compareText } from "../compare.ts";
import type { Grant } from "../live.ts";
import { quoteIdentifier } from "../quote.ts";

export interface GrantTarget {
  /** What stands behind ON: `public.a`, `FUNCTION public.f(integer)`. */
  readonly on: string;
  readonly owner: string;
  /** False where the file does not say the owner: what that role has by itself is then nobody's. */
  readonly owned: boolean;
}

/** A list of the object itself, or of one of its columns. */
export interface GrantList {
  readonly column: string | null;
  readonly grants: readonly Grant[];
}

export interface GrantStatements {
  readonly statements: readonly string[];
  /** Grants that a component cannot say: those that another role than the owner made. */
  readonly omitted: readonly string[];
}

interface Entry {
  readonly column: string | null;
  readonly grant: Grant;
}

/**
 * `defaults` are the lists that a new object may begin with: PostgreSQL's own, and those of default privileges. What
 * any of them has and the object lacks is revoked, what any of them lacks is granted. A role's privileges on the
 * object and all its columns come in one statement.
 */
export function grantStatements(
  target: GrantTarget,
  lists: readonly GrantList[],
  defaults: readonly (readonly Grant[])[],
): GrantStatements {
  const present = lists.flatMap(({ column, grants }) => grants.map((grant): Entry => ({ column, grant })));
  const isMeant = ({ grant }: Entry): boolean => target.owned || grant.grantee !== target.owner;
  const made = present.filter(({ grant }) => grant.grantor === target.owner);
  const keys = new Set(made.map(entryKey));
  const begins = defaults.map((list) => list.map((grant): Entry => ({ column: null, grant })));
  const revoked = new Map<string, Entry>();
  for (const entry of begins.flat().filter(isMeant))
    if (!keys.has(entryKey(entry))) revoked.set(entryKey(entry), entry);
  const everywhere = (entry: Entry): boolean =>
    begins.every((list) => list.some((one) => entryKey(one) === entryKey(entry)));
  const granted = made.filter((entry) => isMeant(entry) && !everywhere(entry));
  return {
    statements: [
      ...merged([...revoked.values()]).map(
        ({ privileges, grantee }) => `REVOKE ${privileges} ON ${target.on} FROM ${grantee}`,
      ),
      ...merged(granted).map(
        ({ privileges, grantee, option }) => `GRANT ${privileges} ON ${target.on} TO ${grantee}${option}`,
      ),
    ],
    omitted: present
      .filter(({ grant }) => grant.grantor !== target.owner)
      .map(
        (entry) =>
          `${privilegeText(entry)} for ${granteeText(entry.grant)}, granted by ${quoteIdentifier(entry.grant.grantor)}`,
      ),
  };
}

interface Merged {
  readonly privileges: string;
  readonly grantee: string;
  readonly option: string;
}

function merged(entries: readonly Entry[]): readonly Merged[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.grant.grantee ?? "", entry.grant.grantable]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const privileges = [...new Set(group.map(({ grant }) => grant.privilege))].sort(compareText);
      return {
        privileges: privileges.flatMap((privilege) => privilegeTexts(privilege, group)).join(", "),
        grantee: granteeText(first.grant),
        option: first.grant.grantable ? " WITH GRANT OPTION" : "",
      };
    });
}

/** `SELECT`, `UPDATE (a, b)`, or both. */
function privilegeTexts(privilege: string, group: readonly Entry[]): readonly string[] {
  const some = group.filter(({ grant }) => grant.privilege === privilege);
  const columns = some.flatMap(({ column }) => (column === null ? [] : [quoteIdentifier(column)]));
  return [
    ...(some.length > columns.length ? [privilege] : []),
    ...(columns.length > 0 ? [`${privilege} (${columns.join(", ")})`] : []),
  ];
}

function privilegeText({ column, grant }: Entry): string {
  return column === null ? grant.privilege : `${grant.privilege} (${quoteIdentifier(column)})`;
}

function granteeText({ grantee }: Grant): string {
  return grantee === null ? "PUBLIC" : quoteIdentifier(grantee);
}

function entryKey({ column, grant }: Entry): string {
  return JSON.stringify([column, grant.grantee, grant.privilege, grant.grantable]);
}
