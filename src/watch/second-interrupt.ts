/**
 * A second Ctrl-C ends the process although a statement of the embedded database keeps its only thread, so that no handler
 * of its own runs: PGlite has no way to interrupt a statement. A terminal sends Ctrl-C to the whole process group, so a
 * shell beside this process hears of it, too. Safe because a kill leaves a database that replays its log when it opens.
 */
import { spawn } from "node:child_process";

const told =
  "ended at once in the middle of a statement: what was not committed is taken back when the database is opened again";

/** `cat` ends when this process is gone or the guard is closed; `wait` returns at each signal. */
const script = `n=0
trap 'n=$((n+1)); if [ $n -ge 2 ]; then echo "$2" >&2; kill -KILL "$1"; exit; fi' INT
exec 3<&0
cat <&3 >/dev/null &
while kill -0 $! 2>/dev/null; do wait $!; done`;

/** Listens until the returned function is called. Not on Windows, which has no process groups of this kind. */
export function endAtSecondInterrupt(): () => void {
  if (process.platform === "win32") return () => {};
  const shell = spawn("/bin/sh", ["-c", script, "migrator", String(process.pid), told], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  // Without a shell Ctrl-C waits for the statement, as it does without this guard.
  shell.on("error", () => {});
  shell.unref();
  return () => {
    shell.stdin.destroy();
  };
}
