/** What `doctor` found, for a person and as JSON. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Colors } from "./colors.ts";

export interface Check {
  readonly check: string;
  /** `wrong` makes the command fail; `skipped`: it could not be looked at because of something else. */
  readonly state: "ok" | "note" | "wrong" | "skipped";
  readonly message: string;
  readonly fix?: string;
  /** The mistakes behind it, each with its place. */
  readonly diagnostics?: readonly Diagnostic[];
}

export function doctorJson(checks: readonly Check[]) {
  return { version: 1, ok: checks.every(({ state }) => state !== "wrong"), checks, errors: [] };
}

export function formatChecks(
  checks: readonly Check[],
  colors: Colors,
  showDiagnostic: (diagnostic: Diagnostic) => string,
): string {
  const width = Math.max(0, ...checks.map(({ check }) => check.length));
  const lines: string[] = [];
  for (const { check, state, message, fix, diagnostics } of checks) {
    lines.push(`${mark(state, colors)}  ${check.padEnd(width)}  ${message}`);
    const indent = " ".repeat(9 + width + 2);
    if (fix !== undefined) lines.push(`${indent}${colors.green("fix:")} ${fix}`);
    for (const diagnostic of diagnostics ?? []) {
      lines.push(
        ...showDiagnostic(diagnostic)
          .split("\n")
          .map((line) => `    ${line}`.trimEnd()),
      );
    }
  }
  const wrong = checks.filter(({ state }) => state === "wrong").length;
  lines.push(
    colors.bold(
      wrong === 0 ? "nothing is wrong" : `${wrong} ${wrong === 1 ? "thing is" : "things are"} wrong`,
    ),
  );
  return lines.join("\n");
}

function mark(state: Check["state"], colors: Colors): string {
  const word = state.padEnd(7);
  switch (state) {
    case "ok":
      return colors.green(word);
    case "note":
      return colors.yellow(word);
    case "wrong":
      return colors.red(word);
    case "skipped":
      return colors.dim(word);
  }
}
