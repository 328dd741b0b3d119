/** What is said of a step once it is done, in the terminal as on the page. */
import type { StepKind } from "./step.ts";

export const stepDone: Readonly<Record<StepKind, string>> = {
  create: "created",
  replace: "replaced",
  "rename-column": "renamed",
  alter: "altered",
  recreate: "recreated",
  rebind: "rebound",
  detach: "detached",
  drop: "dropped",
  restore: "restored",
  refresh: "refreshed",
};
