// Puts a summary into one note of a merge request: the note that bears the summary's first line, a marker, is edited; where there is
// none, one is added. Runs in a job of GitLab CI: node note.js review.md
const { readFileSync } = require("node:fs");

const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, WHARF_REVIEW_TOKEN } = process.env;
const notes = `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/merge_requests/${CI_MERGE_REQUEST_IID}/notes`;

async function ask(method, url, content) {
  const response = await fetch(url, {
    method,
    headers: { "PRIVATE-TOKEN": WHARF_REVIEW_TOKEN, "Content-Type": "application/json" },
    body: content && JSON.stringify(content),
  });
  if (!response.ok) throw new Error(`GitLab answers ${method} ${url} with ${response.status}.`);
  return response;
}

async function noteWith(marker) {
  for (let page = "1"; page;) {
    const response = await ask("GET", `${notes}?per_page=100&page=${page}`);
    const found = (await response.json()).find(({ body }) => body.startsWith(marker));
    if (found) return found;
    page = response.headers.get("x-next-page");
  }
  return undefined;
}

async function main([file]) {
  const body = readFileSync(file, "utf8");
  if (!WHARF_REVIEW_TOKEN) {
    // A fork's pipeline has no variables of the project; its summary stays with the job.
    console.log(`WHARF_REVIEW_TOKEN is not set, so that no note is written.\n\n${body}`);
    return;
  }
  const note = await noteWith(body.split("\n", 1)[0]);
  if (note) await ask("PUT", `${notes}/${note.id}`, { body });
  else await ask("POST", notes, { body });
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
