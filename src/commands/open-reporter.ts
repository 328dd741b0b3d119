/** The option `--report`: where else a run is told. What does so is loaded only then. */
import type { Reporter, ReporterWorld } from "./reporter.ts";

/** Null without one. The command line knows `github` alone. */
export async function openReporter(name: string | undefined, world: ReporterWorld): Promise<Reporter | null> {
  if (name !== "github") return null;
  const { githubReporter } = await import("./reporter.ts");
  return githubReporter(world);
}

/** What a command line says, also one that cannot be read otherwise: the value of `--name VALUE` or `--name=VALUE`. */
export function givenValue(args: readonly string[], name: string): string | undefined {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  const at = options.findIndex((one) => one === name || one.startsWith(`${name}=`));
  if (at === -1) return undefined;
  const own = options[at] ?? "";
  return own === name ? options[at + 1] : own.slice(name.length + 1);
}
