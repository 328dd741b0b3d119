/** The statements that turn one access control list into another, each grant under its own grantor. */
import { compareText } from "./compare.ts";
import type { Grant } from "./live.ts";
import { quoteIdentifier } from "./quote.ts";

export interface AclTarget {
  /** What stands behind ON: `TABLE public.a`, `FUNCTION public.f(integer)`. */
  readonly on: string;
  /** For column privileges: the column. */
  readonly column: string | null;
  readonly owner: string;
}

/**
 * Both lists are complete: where the catalog has NULL they hold the defaults (acldefault). Grants come in an order in
 * which each grantor already holds the grant option (for a column also through `above`, its relation's grants); a grant by another role than the owner is made under SET ROLE.
 */
export function aclStatements(
  target: AclTarget,
  wanted: readonly Grant[],
  present: readonly Grant[],
  above: readonly Grant[] = [],
): readonly string[] {
  const statements: string[] = [];
  const wantedKeys = new Set(wanted.map(grantKey));
  const presentKeys = new Set(present.map(grantKey));
  const unwanted = present.filter((grant) => !wantedKeys.has(grantKey(grant)));
  for (const grant of asAll(unwanted, unwanted).sort(compareGrants)) {
    const keepsPrivilege = wanted.some((other) => samePrivilege(other, grant));
    const what = keepsPrivilege ? `GRANT OPTION FOR ${privilege(target, grant)}` : privilege(target, grant);
    if (keepsPrivilege && !grant.grantable) continue;
    statements.push(
      ...asGrantor(target, grant, `REVOKE ${what} ON ${target.on} FROM ${grantee(grant)} CASCADE`),
    );
    // CASCADE takes what the grantee passed on: those are granted again below.
    for (const other of present) if (other.grantor === grant.grantee) presentKeys.delete(grantKey(other));
  }
  const missing = (round: readonly Grant[]) => round.filter((grant) => !presentKeys.has(grantKey(grant)));
  const rounds = inGrantingOrder(target.owner, wanted, above);
  for (const grant of rounds.flatMap((round) => asAll(missing(round), round))) {
    const option = grant.grantable ? " WITH GRANT OPTION" : "";
    statements.push(
      ...asGrantor(
        target,
        grant,
        `GRANT ${privilege(target, grant)} ON ${target.on} TO ${grantee(grant)}${option}`,
      ),
    );
  }
  return statements;
}

/** Of a relation, since 17. https://www.postgresql.org/docs/18/ddl-priv.html */
const relationPrivileges = "DELETE INSERT MAINTAIN REFERENCES SELECT TRIGGER TRUNCATE UPDATE".split(" ");

/**
 * Where a role holds in `whole` all that there is, ALL stands for those of `grants`: servers before 17 do not know the word MAINTAIN, and what is
 * written on one server may run on another.
 */
function asAll(grants: readonly Grant[], whole: readonly Grant[]): Grant[] {
  const groupOf = ({ grantor, grantee, grantable }: Grant) => JSON.stringify([grantor, grantee, grantable]);
  return grants.flatMap((grant): readonly Grant[] => {
    const alike = (one: Grant): boolean => groupOf(one) === groupOf(grant);
    const held = new Set(whole.filter(alike).map(({ privilege }) => privilege));
    const own = grants.filter(alike);
    const isNeeded = own.some(({ privilege }) => privilege === "MAINTAIN");
    if (!isNeeded || !relationPrivileges.every((one) => held.has(one))) return [grant];
    return own[0] === grant ? [{ ...grant, privilege: "ALL" }] : [];
  });
}

/**
 * One round after another: each grantor of a round has its option by those before. `above` are the grants on the relation of a column: whoever
 * may pass on a privilege there may on its columns.
 */
function inGrantingOrder(
  owner: string,
  grants: readonly Grant[],
  above: readonly Grant[],
): readonly (readonly Grant[])[] {
  const rounds: (readonly Grant[])[] = [];
  let waiting = [...grants].sort(compareGrants);
  const holders = new Set<string>();
  const hold = (some: readonly Grant[]) => {
    for (const grant of some) if (grant.grantable) holders.add(holding(grant.grantee, grant.privilege));
  };
  hold(above);
  while (waiting.length > 0) {
    const ready = waiting.filter(
      (grant) => grant.grantor === owner || holders.has(holding(grant.grantor, grant.privilege)),
    );
    // A grantor that holds nothing any more (a dropped membership) cannot be served in order; keep the catalog's.
    const next = ready.length > 0 ? ready : waiting;
    rounds.push(next);
    hold(next);
    waiting = waiting.filter((grant) => !next.includes(grant));
  }
  return rounds;
}

function holding(role: string | null, privilege: string): string {
  return JSON.stringify([role, privilege]);
}

function asGrantor(target: AclTarget, grant: Grant, statement: string): readonly string[] {
  if (grant.grantor === target.owner) return [statement];
  return [`SET LOCAL ROLE ${quoteIdentifier(grant.grantor)}`, statement, "RESET ROLE"];
}

function privilege(target: AclTarget, grant: Grant): string {
  return target.column === null ? grant.privilege : `${grant.privilege} (${quoteIdentifier(target.column)})`;
}

function grantee(grant: Grant): string {
  return grant.grantee === null ? "PUBLIC" : quoteIdentifier(grant.grantee);
}

function samePrivilege(a: Grant, b: Grant): boolean {
  return a.grantor === b.grantor && a.grantee === b.grantee && a.privilege === b.privilege;
}

function grantKey(grant: Grant): string {
  return JSON.stringify([grant.grantor, grant.grantee, grant.privilege, grant.grantable]);
}

function compareGrants(a: Grant, b: Grant): number {
  return compareText(grantKey(a), grantKey(b));
}
