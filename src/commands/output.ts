/** Where a command writes: standard output for results, standard error for everything else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { formatDiagnostic } from "../report/code-frame.ts";
import { type Colors, chooseColors } from "../report/colors.ts";
import type { Streams } from "../report/mask.ts";
import type { Reporter } from "./reporter.ts";

export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly colors: Colors;
  /** The result: printed also with --quiet where it was asked for (--json, --sql). */
  result(text: string): void;
  /** A result in which what is secret was hidden before it was packed: it is written as it is, for a mask could break it. */
  packed?(text: string): void;
  /** For a person; silent with --quiet and with --json. */
  say(text: string): void;
  /** Progress and waiting; on standard error. */
  note(text: string): void;
  /** How far it came, on a terminal alone: one line that is written over; empty takes it away. */
  progress(text: string): void;
  /** Mistakes, each with its code frame; `root` is the folder that their files are relative to. */
  fail(diagnostics: readonly Diagnostic[], root: string): void;
  /** Where else the run is told, with --report; mistakes reach it through `fail`. */
  readonly reporter: Reporter | null;
}

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False for --no-color. */
  readonly color?: boolean;
}

/** `unmasked` are the same streams without their mask; left out, everything passes through `streams`. */
export function createOutput(
  options: OutputOptions,
  streams: Streams,
  unmasked: Streams = streams,
  reporter: Reporter | null = null,
): Output {
  const json = options.json === true;
  const quiet = options.quiet === true;
  const wanted = options.color !== false;
  const colors = chooseColors(wanted, streams.stdout.isTTY === true, streams.env);
  const errorColors = chooseColors(wanted, streams.stderr.isTTY === true, streams.env);
  return {
    json,
    quiet,
    colors,
    result: (text) => void streams.stdout.write(`${text}\n`),
    packed: (text) => void unmasked.stdout.write(`${text}\n`),
    say: (text) => {
      if (!json && !quiet) streams.stdout.write(`${text}\n`);
    },
    note: (text) => {
      if (!quiet) streams.stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!json && !quiet && streams.stderr.isTTY === true) streams.stderr.write(`\r\u001b[2K${text}`);
    },
    fail: (diagnostics, root) => {
      const blocks = diagnostics.map((diagnostic) =>
        formatDiagnostic(diagnostic, errorColors, (file) => readSource(root, file)),
      );
      if (blocks.length > 0) streams.stderr.write(`${blocks.join("\n\n")}\n`);
      reporter?.fail(diagnostics, root);
    },
    reporter,
  };
}

/** Null where the file went meanwhile: the message stands without its frame. */
function readSource(root: string, file: string): string | null {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return null;
  }
}
