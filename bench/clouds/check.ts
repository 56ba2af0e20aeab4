import { readFileSync } from "node:fs";
import { checkDescription } from "../../components/description/check";

// Checks the description in the file that is named, as a run of Wharf does once, and prints the seconds that it took.
const values = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Record<string, unknown>;
const began = performance.now();
checkDescription({ stack: "bench", values, secretKeys: new Set() });
console.log((performance.now() - began) / 1000);
