/** The commands about the values of matrices, as the command line knows them. */
import type { Command } from "commander";
import type { AddCommand } from "./add-command.ts";
import { collect, shardOption, valueOptions } from "./sync-options.ts";
import type { TenantAddOptions } from "./tenant-add.ts";
import type { TenantListOptions } from "./tenant-list.ts";
import type { TenantRemoveOptions } from "./tenant-remove.ts";

export function addTenantCommands(program: Command, add: AddCommand): void {
  const tenant = program
    .command("tenant")
    .description("the values of a matrix: schemas or databases that the same files are for");
  add(
    tenant,
    "list",
    "each value, its schema and how it stands: what it lacks, what stopped, what drifted",
    (c) => canaryOption(shardOption(valueOptions(matrixOption(c)))),
    async (ctx, options: TenantListOptions) => {
      const { listTenants } = await import("./tenant-list.ts");
      return listTenants(ctx, options);
    },
  );
  add(
    tenant,
    "add <name>",
    "write the value into its source, make its schema, and apply what is pending for it; --var says its members",
    (c) =>
      matrixOption(c)
        .option("--role <name>", "a role that may use the schema; made without login where it is missing")
        .option("--yes", "do not ask on a protected target"),
    async (ctx, options: TenantAddOptions, [name = ""]) => {
      const { addTenant } = await import("./tenant-add.ts");
      const { bringScopes } = await import("./bring-scopes.ts");
      // Here --var says what the value is, not what templates see.
      const { var: members, ...others } = options;
      return addTenant(ctx, options, name, bringScopes(ctx, others));
    },
  );
  add(
    tenant,
    "remove <name>",
    "drop the value's schema with everything in it, and take it out of the ledger and its source",
    (c) =>
      matrixOption(c)
        .option("--yes", "do it; without it what would go is shown")
        .option("--confirm <name>", "the name once more: a protected target needs it beside --yes")
        .option("--schema <name>", "the schema of a value that its source gives no more"),
    async (ctx, options: TenantRemoveOptions, [name = ""]) => {
      const { removeTenant } = await import("./tenant-remove.ts");
      return removeTenant(ctx, options, name);
    },
  );
}

function canaryOption(command: Command): Command {
  return command.option("--canary <key>", "these stand first; can be repeated", collect);
}

function matrixOption(command: Command): Command {
  return command.option("--matrix <name>", "the matrix of migrator.json; else the only one, else tenant");
}
