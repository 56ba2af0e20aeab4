import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pages } from "./pages";

/** Writes the generated parts of the documentation: `npm run docs`. */
async function main(): Promise<void> {
  for (const { path, text } of await pages()) {
    writeFileSync(join(__dirname, "..", path), text);
    console.log(`wrote ${path}`);
  }
}

void main();
