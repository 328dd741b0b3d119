/** What `doctor` found, for a person and as JSON. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { formatRows, type Row } from "./rows.ts";
import type { Style } from "./style.ts";

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
  style: Style,
  showDiagnostic: (diagnostic: Diagnostic, style: Style) => string,
): string {
  const rows = checks.map(
    ({ check, state, message, fix, diagnostics = [] }): Row => ({
      kind: "row",
      ...markOf(state, style),
      word: state,
      name: check,
      note: message,
      ...(fix === undefined ? {} : { details: [`fix: ${fix}`] }),
      block: diagnostics.flatMap((diagnostic) =>
        showDiagnostic(diagnostic, { ...style, width: style.width - 4 })
          .split("\n")
          .map((line) => `    ${line}`.trimEnd()),
      ),
    }),
  );
  const wrong = checks.filter(({ state }) => state === "wrong").length;
  const sum = wrong === 0 ? "nothing is wrong" : `${wrong} ${wrong === 1 ? "thing is" : "things are"} wrong`;
  return [...formatRows(rows, style), style.bold(sum)].join("\n");
}

function markOf(
  state: Check["state"],
  { marks, green, yellow, red, dim }: Style,
): Pick<Row, "mark" | "paint"> {
  switch (state) {
    case "ok":
      return { mark: marks.done, paint: green };
    case "note":
      return { mark: marks.warning, paint: yellow };
    case "wrong":
      return { mark: marks.failed, paint: red };
    case "skipped":
      return { mark: marks.same, paint: dim };
  }
}
