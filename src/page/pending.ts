/** A live page's word on migrations that wait: which, and a button that copies the command. The page itself runs nothing. */
import type { Pending } from "../../graph/picture/save.ts";
import { h, plural } from "./element.ts";

/** So many stand by name. */
const mostNames = 3;
/** Milliseconds for which the button says what it did. */
const saidFor = 2000;

export interface PendingNote {
  readonly element: HTMLElement;
  show(pending: Pending): void;
}

export function createPending(): PendingNote {
  const element = h("section", { class: "pending", "aria-label": "Pending migrations", hidden: true });
  return {
    element,
    show({ migrations, behind, command, hint, problem }) {
      element.hidden = migrations.length + behind.length === 0 && problem === null;
      const more = migrations.length - mostNames;
      const named = [
        ...migrations.slice(0, mostNames),
        ...behind.map(({ matrix, values }) => `parts of ${matrix} for ${plural(values, "value")}`),
      ].join(", ");
      element.replaceChildren(
        ...(problem === null
          ? [
              h(
                "b",
                {},
                migrations.length === 0 ? "pending" : `${plural(migrations.length, "migration")} pending`,
              ),
              h("span", {}, named + (more > 0 ? ` and ${more} more` : "")),
              h("code", {}, command),
              copyButton(command),
              ...(hint === null ? [] : [h("small", {}, hint)]),
            ]
          : [h("b", {}, "Migrations"), h("span", {}, problem)]),
      );
    },
  };
}

function copyButton(command: string): HTMLElement {
  const button = h(
    "button",
    {
      type: "button",
      id: "copy-command",
      title: "Copies the command; it runs nothing",
      click: () => {
        navigator.clipboard.writeText(command).then(
          () => say("Copied"),
          () => say("Not allowed: select the command and copy it"),
        );
      },
    },
    "Copy",
  );
  const say = (text: string): void => {
    button.textContent = text;
    window.setTimeout(() => {
      button.textContent = "Copy";
    }, saidFor);
  };
  return button;
}
