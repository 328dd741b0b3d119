/** What a plan binds anew beside its own objects, and how the ledger stood to it before. */
import { isBystander } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import { type Identity, identityKey } from "../../graph/identity.ts";
import type { PassResult } from "../../graph/plan/plan.ts";
import type { Database } from "../database/database.ts";
import { readTrusted, type TrustedRow, trustStatements } from "../database/trusted.ts";

export interface Strangers {
  /** Objects that the pass touched, that are not its own and of which nothing was asked yet. */
  unknown(pass: PassResult): readonly Identity[];
  /** In the state before the pass. */
  read(identities: readonly Identity[]): Promise<void>;
  /** The statements by which those that the plan touched stay what they were to their owners. */
  trust(pass: Extract<PassResult, { kind: "planned" }>): readonly string[];
}

interface StrangersInput {
  readonly database: Database;
  readonly ledgerSchema: string;
  readonly project: string;
  readonly scopes: readonly string[];
  readonly own: ReadonlyMap<string, DeclaredObject>;
}

/** `any` false: there is nothing in the database that others manage. */
export function watchStrangers(any: boolean, input: StrangersInput): Strangers {
  const asked = new Set<string>();
  const trusted: TrustedRow[] = [];
  const touched = (pass: PassResult): readonly Identity[] => {
    if (pass.kind === "planned")
      return pass.steps.flatMap(({ identity }) => (isBystander(identity) ? [] : [identity]));
    return pass.locks.flatMap(({ kind, schema, name }): Identity[] =>
      kind === "table" ? [] : [{ kind, schema, name }],
    );
  };
  return {
    unknown(pass) {
      if (!any) return [];
      return touched(pass).filter((identity) => {
        const key = identityKey(identity);
        return !asked.has(key) && !input.own.has(key);
      });
    },
    async read(identities) {
      const { database, ledgerSchema, project, scopes } = input;
      for (const identity of identities) asked.add(identityKey(identity));
      trusted.push(...(await readTrusted(database, ledgerSchema, project, scopes, identities)));
    },
    trust(pass) {
      const keys = new Set(touched(pass).map(identityKey));
      return trustStatements(
        input.ledgerSchema,
        trusted.filter(({ key }) => keys.has(key)),
      );
    },
  };
}
