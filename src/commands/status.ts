/** `status`: how the components stand to the database. */
import { countStates, formatStatus, statusJson } from "../report/status.ts";
import { withProjectAsItIs } from "./component-project.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { readStatus } from "./status-objects.ts";

export interface StatusOptions extends CommonOptions {
  readonly all?: boolean;
  readonly exitCode?: boolean;
}

/** Returns 0; with --exit-code 4 where something drifted, else 3 where something is pending. */
export async function status(context: CommandContext, options: StatusOptions): Promise<number> {
  const { output } = context;
  const all = options.all === true;
  const found = await withProjectAsItIs(context, options, (opened) =>
    readStatus(opened, { unmanaged: all, onWait: (message) => output.note(message) }),
  );
  if (output.json) output.result(JSON.stringify(statusJson(found, all)));
  else output.say(formatStatus(found, all, output.colors));
  if (options.exitCode !== true) return 0;
  const counts = countStates(found);
  if ((counts.get("drifted") ?? 0) > 0) return 4;
  const pending = (["changed", "new", "moved", "vanished"] as const).some(
    (state) => (counts.get(state) ?? 0) > 0,
  );
  return pending ? 3 : 0;
}
