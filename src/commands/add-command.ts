/** How a group of commands adds its own to the command line. */
import type { Command } from "commander";
import type { CommandContext, CommonOptions } from "./context.ts";

export interface GlobalOptions extends CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly report?: string;
}

/** Adds a command with the common options; `action` loads its code and returns the exit code. */
export type AddCommand = <O extends GlobalOptions>(
  parent: Command,
  name: string,
  description: string,
  options: (command: Command) => Command,
  action: (context: CommandContext, options: O, args: readonly string[]) => Promise<number>,
) => void;
