/** The table of kinds: the one place that maps a kind to its rules. */
import type { ObjectKind } from "../identity.ts";
import { aggregate } from "./aggregate.ts";
import { functionRules } from "./function.ts";
import type { KindRules } from "./kind-rules.ts";
import { materializedView } from "./materialized-view.ts";
import { policy } from "./policy.ts";
import { procedure } from "./procedure.ts";
import { rule } from "./rule.ts";
import { trigger } from "./trigger.ts";
import { view } from "./view.ts";

export const rulesOf: Readonly<Record<ObjectKind, KindRules>> = {
  view,
  "materialized view": materializedView,
  function: functionRules,
  procedure,
  aggregate,
  trigger,
  rule,
  policy,
};
