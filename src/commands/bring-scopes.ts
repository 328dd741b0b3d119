/** Brings scopes along behind `tenant add`: the one place where what is pending is applied to them. */
import type { MatrixScope } from "../tenants/scope.ts";
import type { Brought } from "./tenant-add.ts";
import { shownKey } from "./tenant-project.ts";

/** Says what applies what is pending for them. */
export async function bringScopes(scopes: readonly MatrixScope[]): Promise<Brought> {
  const names = scopes.map(({ matrix, key }) => `${matrix} ${shownKey(key)}`).join(", ");
  return {
    exitCode: 0,
    text: `${names}: migrator apply runs what is pending`,
    json: { next: "migrator apply" },
  };
}
