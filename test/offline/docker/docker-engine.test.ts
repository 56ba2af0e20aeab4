import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { findDockerEngine } from "../../../offline/docker/docker-engine";
import { machine, announce, ownMachine } from "../machine";

ownMachine();

describe("the Docker engine", () => {
  it("that DOCKER_HOST names and that does not answer is reported, and no other is started", async () => {
    vi.stubEnv("DOCKER_HOST", `unix://${machine.directory}/none.sock`);
    await expect(findDockerEngine(announce)).rejects.toThrow(
      /^The Docker engine at unix:\S+none\.sock, which DOCKER_HOST names, does not answer: [^]*\n {2}unset DOCKER_HOST$/,
    );
    expect(machine.said).toEqual([]);
  });

  it.each([
    ["elsewhere", "docker context use default"],
    ["colima", "colima start"],
  ])("of the current context, %s, is used", async (context, command) => {
    const id = "9e1bbb85ab41ba4c8a9a8a6a8ee3ae1b3ec97a0bf0ae3c4e84d19a9a26d7f5f6";
    vi.stubEnv("DOCKER_HOST", undefined);
    vi.stubEnv("DOCKER_CONFIG", machine.directory);
    vi.stubEnv("DOCKER_CONTEXT", context);
    const { createHash } = await import("node:crypto");
    const meta = join(
      machine.directory,
      "contexts/meta",
      createHash("sha256").update(context).digest("hex"),
    );
    mkdirSync(meta, { recursive: true });
    const host = `unix://${machine.directory}/${id}.sock`;
    writeFileSync(
      join(meta, "meta.json"),
      JSON.stringify({ Endpoints: { docker: { Host: host } } }),
    );
    await expect(findDockerEngine(announce)).rejects.toThrow(
      new RegExp(
        `which the Docker context ${context} names, does not answer[^]*\\n {2}${command}$`,
      ),
    );
  });

  it.each([
    [65_534, / {2}sudo usermod -aG docker \S+$/],
    [54_321, / {2}docker run --group-add "\$\(stat -c %g /],
  ])("that user %i may not use is told apart from one that does not run", async (uid, command) => {
    const socket = join(machine.directory, "docker.sock");
    const server = createSocketServer().listen(socket);
    await once(server, "listening");
    onTestFinished(() => void server.close());
    chmodSync(machine.directory, 0o755);
    chmodSync(socket, 0o600);
    vi.stubEnv("DOCKER_HOST", `unix://${socket}`);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(uid);
    else chmodSync(socket, 0);
    try {
      await expect(findDockerEngine(announce)).rejects.toThrow(
        expect.objectContaining({
          name: "OfflineError",
          message: expect.stringMatching(
            new RegExp(`may not use the Docker engine[^]*\\n${command.source}`),
          ),
        }),
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
