/** The time line of a live page: one entry a save, and in the panel what it did. */
import type { Save } from "../../graph/picture/save.ts";
import { stepDone } from "../../graph/step-words.ts";
import { h, plural } from "./element.ts";
import { errorText, section, sqlText } from "./panel.ts";

export interface SaveList {
  readonly element: HTMLElement;
  add(save: Save): void;
  /** By number. */
  find(number: number): Save | undefined;
}

/** Further back the page does not show. */
const mostSaves = 200;

export function createSaves(choose: (number: number) => void): SaveList {
  const saves = new Map<number, Save>();
  const list = h("ol", {});
  const element = h("nav", { class: "saves", "aria-label": "Saves, the newest first" }, list);
  return {
    element,
    find: (number) => saves.get(number),
    add(save) {
      if (saves.has(save.number)) return;
      saves.set(save.number, save);
      const failed = save.errors.length > 0;
      list.prepend(
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: failed ? "failed" : null, click: () => choose(save.number) },
            h("time", { datetime: save.at }, clock(save.at)),
            ` ${save.files.join(", ")} `,
            h("b", {}, summary(save)),
          ),
        ),
      );
      if (list.children.length > mostSaves) list.lastElementChild?.remove();
    },
  };
}

function clock(at: string): string {
  return new Date(at).toTimeString().slice(0, 8);
}

function summary({ steps, errors }: Save): string {
  if (errors.length > 0) return plural(errors.length, "error");
  const counts = new Map<string, number>();
  for (const { kind } of steps.filter(({ auxiliary }) => !auxiliary))
    counts.set(stepDone[kind], (counts.get(stepDone[kind]) ?? 0) + 1);
  const parts = [...counts].map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

/** `nodeButton` leads to an object of the graph; null where it is not there. */
export function savePanel(
  save: Save,
  nodeButton: (key: string) => HTMLElement | null,
): readonly HTMLElement[] {
  const { at, files, took, steps, kept, warnings, errors } = save;
  const own = steps.filter(({ auxiliary }) => !auxiliary);
  const sql = steps.flatMap((step) => step.sql.map((statement) => `${statement};`)).join("\n");
  return [
    h(
      "header",
      {},
      h("p", { class: "kind" }, `save at ${clock(at)}`),
      h("h2", { id: "panel-title" }, files.join(", ")),
      took === null
        ? h("p", { class: "failure" }, "Refused: the database is as it was.")
        : h("p", {}, `${summary(save)}, ${took} ms after the save; ${plural(kept, "component")} kept.`),
    ),
    ...errors.flatMap(({ text, nodes }) => {
      const links = nodes.flatMap((key) => nodeButton(key) ?? []);
      return [...(links.length === 0 ? [] : [h("p", { class: "at" }, "In ", ...links)]), errorText(text)];
    }),
    ...warnings.map((warning) => h("p", { class: "note" }, warning)),
    ...(steps.length === 0
      ? []
      : [
          section(
            `Steps (${own.length})`,
            true,
            h(
              "ul",
              {},
              ...own.map(({ kind, object, key, reason }) =>
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
