/** The time line of a live page: one entry a save, and in the panel what it did. */
import type { Save, SavedOthers } from "../../graph/picture/save.ts";
import { stepDone } from "../../graph/step-words.ts";
import { h, plural } from "./element.ts";
import { errorText, section, sqlText } from "./panel.ts";

export interface SaveList {
  readonly element: HTMLElement;
  /** In the place of one of its number, where there is one. */
  add(save: Save): void;
  /** By number. */
  find(number: number): Save | undefined;
}

/** Further back the page does not show. */
const mostSaves = 200;

export function createSaves(choose: (number: number) => void): SaveList {
  const saves = new Map<number, Save>();
  const entries = new Map<number, HTMLElement>();
  const list = h("ol", {});
  const element = h("nav", { class: "saves", "aria-label": "Saves, the newest first" }, list);
  return {
    element,
    find: (number) => saves.get(number),
    add(save) {
      const entry = entryOf(save, () => choose(save.number));
      const before = entries.get(save.number);
      saves.set(save.number, save);
      entries.set(save.number, entry);
      if (before === undefined) list.prepend(entry);
      else before.replaceWith(entry);
      if (list.children.length > mostSaves) list.lastElementChild?.remove();
    },
  };
}

function entryOf(save: Save, click: () => void): HTMLElement {
  const failed = save.errors.length > 0;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: failed ? "failed" : null, click },
      h("time", { datetime: save.at }, clock(save.at)),
      ` ${save.files.join(", ")} `,
      h("b", {}, summary(save)),
    ),
  );
}

function clock(at: string): string {
  return new Date(at).toTimeString().slice(0, 8);
}

function summary(save: Save): string {
  const { errors, others } = save;
  if (errors.length > 0) return plural(errors.length, "error");
  const changed = others?.done?.changed ?? 0;
  return `${own(save)}${changed > 0 ? `, ${plural(changed, "other value")}` : ""}`;
}

/** Of what is in the picture. */
function own({ steps }: Save): string {
  const counts = new Map<string, number>();
  for (const { kind } of steps.filter(({ auxiliary }) => !auxiliary))
    counts.set(stepDone[kind], (counts.get(stepDone[kind]) ?? 0) + 1);
  const parts = [...counts].map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

function othersText({ all, done }: SavedOthers): string {
  const head = plural(all, "other value");
  if (done === null) return `${head}: under way.`;
  const { changed, same, failed, left, held } = done;
  const numbers = [
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(same > 0 ? [`${same} without changes`] : []),
    ...(failed > 0 ? [`${failed} failed, and as before`] : []),
    ...(left > 0 ? [held ? `${left} wait until the first is well` : `${left} come later`] : []),
  ];
  return `${head}: ${numbers.join(", ")}.`;
}

/** `nodeButton` leads to an object of the graph; null where it is not there. */
export function savePanel(
  save: Save,
  nodeButton: (key: string) => HTMLElement | null,
): readonly HTMLElement[] {
  const { at, files, took, steps, kept, warnings, errors, others } = save;
  const shown = steps.filter(({ auxiliary }) => !auxiliary);
  const sql = steps.flatMap((step) => step.sql.map((statement) => `${statement};`)).join("\n");
  return [
    h(
      "header",
      {},
      h("p", { class: "kind" }, `save at ${clock(at)}`),
      h("h2", { id: "panel-title" }, files.join(", ")),
      took === null
        ? h("p", { class: "failure" }, "Refused: the database is as it was.")
        : h("p", {}, `${own(save)}, ${took} ms after the save; ${plural(kept, "component")} kept.`),
    ),
    ...(others === null ? [] : [h("p", {}, othersText(others))]),
    ...errors.flatMap(({ text, nodes }) => {
      const links = nodes.flatMap((key) => nodeButton(key) ?? []);
      return [...(links.length === 0 ? [] : [h("p", { class: "at" }, "In ", ...links)]), errorText(text)];
    }),
    ...warnings.map((warning) => h("p", { class: "note" }, warning)),
    ...(steps.length === 0
      ? []
      : [
          section(
            `Steps (${shown.length})`,
            true,
            h(
              "ul",
              {},
              ...shown.map(({ kind, object, key, reason }) =>
                h(
                  "li",
                  {},
                  h("b", {}, `${stepDone[kind]} `),
                  nodeButton(key) ?? object,
                  h("small", {}, reason),
                ),
              ),
            ),
          ),
          section("SQL", true, sqlText(sql)),
        ]),
  ];
}
