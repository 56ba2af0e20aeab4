import type { Container } from "dockerode";
import { number, text, type Values } from "../values";
import { ask } from "./engine";

const interval = 250;

/**
 * Waits until the container's own health check succeeds, `waitTimeout` seconds at the most. Throws a
 * sentence with the end of its log where it does not, or stops running.
 */
export async function waitUntilHealthy(container: Container, planned: Values): Promise<void> {
  const name = text(planned, "name");
  const seconds = number(planned, "waitTimeout");
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { State: state } = await ask(`The container ${name} could not be read`, () =>
      container.inspect(),
    );
    const health = state.Health;
    if (health === undefined) {
      throw new Error(`The container ${name} has no health check to wait for: remove "wait".`);
    }
    if (health.Status === "healthy") {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `The container ${name} was not healthy after ${seconds} seconds (${state.Status}, ${health.Status}). ` +
          `Its log ends: ${await logEnd(container)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

async function logEnd(container: Container): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true, tail: 5 });
  // Each piece of the log begins with a header of eight bytes, the first of which names the stream.
  const lines = raw.toString("utf8").replace(/[\u0000-\u0002]\u0000{3}[^]{4}/g, "");
  return lines.trim() || "(empty)";
}
