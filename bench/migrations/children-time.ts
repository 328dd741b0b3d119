/** How long the children of this process that have ended worked. */
import { existsSync, readFileSync } from "node:fs";

/** User and system time in seconds: fields 16 and 17 of /proc/self/stat (proc(5)), in hundredths. Null on other systems. */
export function childrenTime(): number | null {
  const file = "/proc/self/stat";
  if (!existsSync(file)) return null;
  const fields = readFileSync(file, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
