/** What the options that choose values of matrices, and say how they are worked on, mean to the commands that take them. */

export interface ScopeOptions {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  /** `shared`, the name of a matrix, or one value of it: `tenant=acme`. */
  readonly scope?: string;
  /** How many scopes at the same time. */
  readonly jobs?: string;
}

/** Of commands that bring the values of matrices along in stages. */
export interface StagedOptions extends Omit<ScopeOptions, "scope"> {
  readonly shard?: string;
  readonly canary?: string;
  readonly maxFailures?: string;
  readonly isolated?: boolean;
}

/** Of commands that can take all scopes in one transaction. */
export interface TogetherOptions extends ScopeOptions, StagedOptions {
  readonly together?: boolean;
}
