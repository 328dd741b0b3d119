#!/usr/bin/env node
/** The command line: options in, exit code out. Nothing else in the tool ends the process or sets its exit code. */

import { MigratorError } from "../graph/diagnostic.ts";
import { givenValue, openReporter } from "./commands/open-reporter.ts";
import { createOutput } from "./commands/output.ts";
import { createProgram } from "./commands/program.ts";
import { loadConfig } from "./config/load.ts";
import { createMask, maskedStreams } from "./report/mask.ts";

const mask = createMask();
const context = { folder: process.cwd(), env: process.env, process, mask };

try {
  process.exitCode = await createProgram(context).run(process.argv.slice(2));
} catch (error) {
  const options = {
    json: process.argv.includes("--json"),
    quiet: false,
    color: !process.argv.includes("--no-color"),
  };
  const streams = maskedStreams(process, mask);
  const reporter = await openReporter(givenValue(process.argv, "--report"), {
    env: process.env,
    mask: mask.apply,
    write: (text) => void streams.stderr.write(text),
  });
  const output = createOutput(options, streams, process, reporter);
  if (error instanceof MigratorError) {
    output.fail(error.diagnostics, await projectRoot());
    process.exitCode = error.exitCode;
  } else {
    // A bug in the tool: the whole trace helps whoever reports it.
    streams.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** The folder that the files in messages are relative to; the current one where the configuration is the mistake. */
async function projectRoot(): Promise<string> {
  try {
    return (await loadConfig({ folder: process.cwd(), config: givenValue(process.argv, "--config") })).root;
  } catch (error) {
    if (error instanceof MigratorError) return process.cwd();
    throw error;
  }
}
