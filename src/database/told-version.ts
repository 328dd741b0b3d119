/** Which version a server says that it is while a client logs in: a round trip less than asking. */
import type { Client } from "pg";

/** A part of node-postgres that its types leave out. */
interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

/** To be called before `connect`; what it returns tells, once it is done, `server_version_num`, or null where nothing was said. */
export function toldVersion(client: Client): () => number | null {
  let version: number | null = null;
  const listen = ({ parameterName, parameterValue }: ParameterStatus): void => {
    if (parameterName === "server_version") version = versionNumber(parameterValue);
  };
  const { connection } = client;
  connection.on("parameterStatus", listen);
  connection.once("readyForQuery", () => connection.off("parameterStatus", listen));
  return () => version;
}

/** `16.2`, `19devel` or `18beta1`, perhaps with more behind a space; null for anything before 10, which counted in three parts. */
export function versionNumber(text: string): number | null {
  const [, major, minor = "0"] = /^(\d{2,})(?:\.(\d+)|[a-z]|\s|$)/.exec(text) ?? [];
  return major === undefined ? null : Number(major) * 10_000 + Number(minor);
}
