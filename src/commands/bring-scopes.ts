/** Brings scopes along behind `tenant add`: the one place where what is pending is applied to them. */
import type { MatrixScope } from "../tenants/scope.ts";
import type { Brought } from "./tenant-add.ts";
import { shownKey } from "./tenant-project.ts";

/** Says what applies what is pending for them. */
export async function bringScopes(scopes: readonly MatrixScope[]): Promise<Brought> {
  const next = scopes.map(({ key }) => `migrator apply --only ${shownKey(key)}`);
  return { exitCode: 0, text: `to apply what is pending: ${next.join("; ")}`, json: { next } };
}
