/** Colours, or none where the output is no terminal, NO_COLOR is set or --no-color is given. */
import picocolors from "picocolors";

export interface Colors {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

export const noColors: Colors = picocolors.createColors(false);

export function chooseColors(wanted: boolean, terminal: boolean, environment: NodeJS.ProcessEnv): Colors {
  const forced = environment.FORCE_COLOR !== undefined && environment.FORCE_COLOR !== "0";
  const refused = environment.NO_COLOR !== undefined && environment.NO_COLOR !== "";
  return picocolors.createColors(wanted && !refused && (terminal || forced));
}
