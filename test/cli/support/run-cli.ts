/** Runs a command line as main.ts does, with its output captured and nothing of this process's environment. */
import { MigratorError } from "../../../graph/diagnostic.ts";
import { givenValue, openReporter } from "../../../src/commands/open-reporter.ts";
import { createOutput } from "../../../src/commands/output.ts";
import { createProgram } from "../../../src/commands/program.ts";
import { createMask, maskedStreams } from "../../../src/report/mask.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Both outputs are terminals. */
  readonly terminal?: boolean;
}

export async function runCli(
  folder: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") =>
    ({
      isTTY: options.terminal === true,
      write: (text: string) => {
        written[name] += text;
        return true;
      },
    }) as unknown as NodeJS.WriteStream & { fd: 1 & 2 };
  const env = { LANG: "C.UTF-8", ...options.env };
  const process = { stdout: stream("stdout"), stderr: stream("stderr"), env };
  const mask = createMask();
  try {
    const code = await createProgram({ folder, env, process, mask }).run(args);
    return { code, ...written };
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    const streams = maskedStreams(process, mask);
    const reporter = await openReporter(givenValue(args, "--report"), {
      env,
      mask: mask.apply,
      write: (text) => void streams.stderr.write(text),
    });
    const options = { color: !args.includes("--no-color") };
    createOutput(options, streams, process, reporter).fail(error.diagnostics, folder);
    return { code: error.exitCode, ...written };
  }
}

/** The one JSON object that a command printed. */
export function jsonOf(
  ran: Ran,
): Record<string, unknown> & { readonly errors: readonly Record<string, unknown>[] } {
  return JSON.parse(ran.stdout);
}
