import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { platformLogin as awsLogin } from "../../components/aws/identities/workflows";
import { platformLogin as azureLogin } from "../../components/azure/identities/workflows";
import { pipelineFile } from "../../components/builds/pipeline-files";
import { platformLogin as gcpLogin } from "../../components/gcp/identities/workflows";
import { identitySettings } from "../../components/model/identities";
import { workflowFile } from "../../components/identities/workflow";
import { buildOf } from "../components/builds/arbitraries";

const directory = join(__dirname, "../../pipelines");
/** What a file of pipelines/ holds. */
export const read = (file: string) => readFileSync(join(directory, file), "utf8");

/** Every file of pipelines/ that is a workflow of GitHub Actions. */
export const workflows = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.ya?ml$/.test(file) && /^ +runs-on:/m.test(read(file)),
);

/** What Wharf generates for GitHub Actions, by what it is for. */
export function generated(): [string, string][] {
  const host = "registry.example.com";
  const address = `${host}/shop/api`;
  const build = buildOf({ source: "github.com/acme/shop" });
  const settings = { name: "ci", project: "acme/shop", push: ["shop/api"] };
  const identity = identitySettings.parse(settings);
  const logins = {
    aws: awsLogin(identity, { region: "eu-central-1", host, role: "arn:aws:iam::1:role/ci" }),
    azure: azureLogin({ cloud: "public", server: host, clientId: "id", tenantId: "id" }),
    gcp: gcpLogin({ project: "acme", location: "europe-west3" }, "projects/1/providers/github"),
  };
  return [
    ["a build", pipelineFile(build, { host, address, caFile: true }).content],
    ...Object.entries(logins).map(([target, login]): [string, string] => [
      `an identity on ${target}`,
      workflowFile(identity, login, { "shop/api": address }),
    ]),
  ];
}

/** Every workflow of GitHub Actions that Wharf ships or generates, by what it is. */
export function allWorkflows(): [string, string][] {
  const ready = workflows.map((file): [string, string] => [`pipelines/${file}`, read(file)]);
  return [...ready, ...generated()];
}
