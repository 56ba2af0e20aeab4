import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { imageArchive } from "../../offline/images/image-archive";
import { goArchitecture } from "../../offline/images/registry-image";
import { measure, type Cost, type Place } from "../process-tree";
import type { TransferClient } from "../transfer";

/** Pushes and pulls by crane, which verifies the server's certificate, from and to files of its own directory. */
export class CraneClient implements TransferClient {
  private constructor(
    private readonly program: string,
    private readonly place: Place & { environment: Record<string, string> },
  ) {}

  static async create(program: string, within: string): Promise<CraneClient> {
    const directory = await mkdtemp(join(within, "crane-"));
    const environment = { DOCKER_CONFIG: directory, SSL_CERT_FILE: join(directory, "ca.pem") };
    return new CraneClient(program, { directory, environment });
  }

  /** Lets the client trust a CA, and logs it in; the password goes by standard input. */
  async logIn(host: string, user: string, password: string, caCertificate: string): Promise<void> {
    await writeFile(this.place.environment.SSL_CERT_FILE ?? "", caCertificate);
    const args = ["auth", "login", host, "--username", user, "--password-stdin"];
    const login = promisify(execFile)(this.program, args, {
      env: { ...process.env, ...this.place.environment },
    });
    login.child.stdin?.end(password);
    await login;
  }

  async make(megabytes: number): Promise<void> {
    const archive = await imageArchive({
      reference: "wharf.bench/random:1",
      architecture: goArchitecture(process.arch),
      entries: [{ path: "layer", contents: randomBytes(megabytes * 1e6) }],
      command: [],
      labels: {},
    });
    await writeFile(this.pushed, archive);
  }

  push(image: string): Promise<Cost> {
    return measure(this.program, ["push", "--insecure", this.pushed, image], this.place);
  }

  async forget(): Promise<void> {
    await rm(this.pushed);
  }

  async pull(image: string): Promise<Cost> {
    const file = join(this.place.directory, "pulled.tar");
    const cost = await measure(this.program, ["pull", "--insecure", image, file], this.place);
    await rm(file);
    return cost;
  }

  private get pushed(): string {
    return join(this.place.directory, "pushed.tar");
  }
}
