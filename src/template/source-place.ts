/** A place in the source of a template. */

/** An offset (UTF-16 units) in the source text of a template, by the template's name. */
export interface SourcePlace {
  readonly name: string;
  readonly offset: number;
}
