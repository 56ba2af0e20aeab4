import { cp, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { npmPackages } from "../../test/support/npm-packages";
import { measure, type Cost } from "../process-tree";

/** The AWS CDK: its command line, its library, and what that is built on. The command line 3.0.0 refuses what this library writes. */
const packages = { "aws-cdk": "2.1148.1", "aws-cdk-lib": "2.276.0", constructs: "10.8.1" };

/** The AWS CDK, installed beside the project. */
export class Cdk {
  private constructor(private readonly modules: string) {}

  /**
   * Installs it into the cache, where it is not there yet; it takes some 210 MB.
   * @returns the CDK, or a few words on what is missing
   */
  static async find(announce: Announce): Promise<Cdk | string> {
    try {
      return new Cdk(await npmPackages({ what: "AWS CDK", packages }, announce));
    } catch {
      return "aws-cdk is not available from npm here";
    }
  }

  /** What synthesizes an app with the repositories of a description, measured. */
  async synthesis(within: string, description: object): Promise<() => Promise<Cost>> {
    const directory = await mkdtemp(join(within, "cdk-"));
    await cp(join(__dirname, "cdk-app", "app.js"), join(directory, "app.js"));
    await symlink(this.modules, join(directory, "node_modules"));
    await writeFile(join(directory, "description.json"), JSON.stringify(description));
    const cdk = join(this.modules, ".bin", "cdk");
    const quiet = ["--quiet", "--no-notices", "--no-version-reporting"];
    return () => measure(cdk, ["synth", "--app", "node app.js", ...quiet], { directory });
  }
}
