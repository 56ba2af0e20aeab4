import { measure, type Cost } from "../process-tree";
import type { TransferClient } from "../transfer";
import type { DockerEngine } from "./docker-engine";

const source = "wharf.bench/random:1";
const place = { directory: process.cwd() };

/** Pushes and pulls by `docker push` and `docker pull`. */
export class DockerClient implements TransferClient {
  constructor(private readonly engine: DockerEngine) {}

  make(megabytes: number): Promise<void> {
    return this.engine.build(source, megabytes);
  }

  async push(image: string): Promise<Cost> {
    await this.engine.docker("tag", source, image);
    const cost = await measure("docker", ["push", "--quiet", image], place);
    await this.engine.docker("image", "rm", image);
    return cost;
  }

  forget(): Promise<void> {
    return this.engine.docker("image", "rm", source);
  }

  async pull(image: string): Promise<Cost> {
    const cost = await measure("docker", ["pull", "--quiet", image], place);
    await this.engine.docker("image", "rm", image);
    return cost;
  }
}
