/** Colours, or none: then each leaves its text as it is. */
import picocolors from "picocolors";

export interface Colors {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

export function createColors(wanted: boolean): Colors {
  return picocolors.createColors(wanted);
}
