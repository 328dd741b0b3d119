// Prints "PASSED FAILED" from the JSON report of vitest. A file that could not run, an error outside a test, a run
// that ended with an error though no test failed, and a run of no tests at all count as failures.
import { readFileSync } from "node:fs";

const [file, status] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, "utf8"));
const brokenFiles = report.testResults.filter(
  (result) => result.status === "failed" && result.assertionResults.every((one) => one.status !== "failed"),
);
let failed = report.numFailedTests + brokenFiles.length;
if (failed === 0 && (status !== "0" || report.numPassedTests === 0)) failed = 1;
console.log(`${report.numPassedTests} ${failed}`);
