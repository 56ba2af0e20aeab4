import * as pulumi from "@pulumi/pulumi";
import { asChecked } from "../../../components/component/described";
import { checkDescription } from "../../../components/description/check";
import { GcpRegistry } from "../../../components/gcp/registry";
import { assertAccepted } from "../../support/accepted-inputs";

/** A resource as the component asked for it. */
export interface Registered {
  type: string;
  name: string;
  /** Inputs, those of other resources resolved. */
  inputs: Record<string, unknown>;
  options: pulumi.CustomResourceOptions;
}

/** What a description becomes on Google Cloud. */
export interface Registration {
  resources: Registered[];
  outputs: Record<string, unknown>;
}

const serviceAgent =
  "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com";

const projectNumber = "123456789012";

/** What Google makes up of a resource. */
function computed({
  type,
  name,
  inputs,
}: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const pools = `projects/${projectNumber}/locations/global/workloadIdentityPools`;
  const email = `${inputs.accountId}@acme-registry.iam.gserviceaccount.com`;
  switch (type) {
    case "gcp:projects/serviceIdentity:ServiceIdentity":
      return { member: serviceAgent };
    case "gcp:serviceaccount/account:Account":
      return { email, member: `serviceAccount:${email}` };
    case "gcp:projects/iAMCustomRole:IAMCustomRole":
      return { name: `projects/acme-registry/roles/${inputs.roleId}` };
    case "gcp:iam/workloadIdentityPool:WorkloadIdentityPool":
      return { name: `${pools}/${inputs.workloadIdentityPoolId}` };
    case "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider":
      return {
        name: `${pools}/${inputs.workloadIdentityPoolId}/providers/${inputs.workloadIdentityPoolProviderId}`,
      };
    default:
      return { name: inputs.name ?? name };
  }
}

/** Registers what a description asks for in project acme-registry, by default in europe-west3, without an engine. */
export async function register(
  config: Record<string, unknown>,
  secretKeys: string[] = [],
): Promise<Registration> {
  const inputs = new Map<string, Record<string, unknown>>();
  const resources: (Omit<Registered, "inputs"> & { resource: pulumi.Resource })[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        assertAccepted(args.type, args.name, args.inputs);
        inputs.set(args.name, args.inputs as Record<string, unknown>);
        return { id: `${args.name}-id`, state: { ...args.inputs, ...computed(args) } };
      },
      call: ({ token, inputs }) => {
        if (token !== "gcp:organizations/getProject:getProject") {
          throw new Error(`nothing else is asked of Google: ${token}`);
        }
        return { projectId: inputs.projectId, number: projectNumber };
      },
    },
    "wharf",
    "test",
    false,
  );
  pulumi.runtime.setAllConfig({ "gcp:project": "acme-registry", "gcp:region": "europe-west3" });
  const description = checkDescription({
    stack: "test",
    values: { target: "gcp", ...config },
    secretKeys: new Set(secretKeys),
  });
  const registry = new GcpRegistry(
    "registry",
    asChecked({ ...description, stack: "test" }) as never,
    {
      transformations: [
        ({ type, name, opts, resource }) => {
          resources.push({ type, name, options: opts, resource });
          return undefined;
        },
      ],
    },
  );
  for (const { resource } of resources) await settled(resource.urn);
  const { endpoint, hosts, repositories, login, push, pull, monthlyCost, notes } = registry;
  const { builds, workflows, mirrors } = registry;
  const outputs = {
    ...{ endpoint, hosts, repositories, login, push, pull, monthlyCost, notes },
    ...{ builds, workflows, mirrors },
  };
  const known = (await settled(pulumi.output(outputs as pulumi.Inputs))) as Record<string, unknown>;
  // The component's own outputs reach these mocks, and not those of the next test.
  await pulumi.runtime.disconnect();
  return {
    resources: resources.map(({ type, name, options }) => ({
      ...{ type, name, options },
      inputs: inputs.get(name) ?? {},
    })),
    outputs: known,
  };
}

/** The value of an output, or what it was rejected with. */
function settled<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return (output as unknown as { promise(): Promise<Value> }).promise();
}

/** The resources of a type, by name. */
export function ofType({ resources }: Registration, type: string): Record<string, Registered> {
  return Object.fromEntries(
    resources.filter((one) => one.type === type).map((one) => [one.name, one]),
  );
}

/** Names of the resources that one waits for. */
export function awaited({ options }: Registered): string[] {
  return [options.dependsOn ?? []]
    .flat()
    .map((one) => (one as unknown as { __name: string }).__name);
}
