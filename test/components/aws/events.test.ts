import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { AwsRegistry } from "../../../components/aws/registry";
import { leftToken, runProgram } from "../../support/component-program";
import { answerOf, type Document } from "./iam-simulation-stack";
import { deploy, document, inputsOf, ofType, region } from "./registrations";

const account = "123456789012";
const queue = `arn:aws:sqs:${region}:${account}:images`;
const rule = "cloudwatch/eventRule:EventRule";
const subscriptions = [
  { protocol: "https", endpoint: "https://hooks.example.com/T0/secret" },
  { protocol: "email", endpoint: "team@example.com" },
  { protocol: "sqs", endpoint: queue },
];

/** Names of a stack's rules without what all of them begin with. */
const ruleNames = async (aws: Record<string, unknown>, repositories = [{ name: "shop/api" }]) => {
  const { registrations } = await deploy({ repositories, aws });
  return inputsOf(registrations, rule).map(({ name }) =>
    String(name).replace("wharf-shop-events-", ""),
  );
};

describe("events in the repositories", () => {
  it("are told of by nobody where nobody asks", async () => {
    const { registrations } = await deploy({ repositories: [{ name: "shop/api" }] });
    expect(ofType(registrations, "sns/topic:Topic")).toEqual([]);
    expect(ofType(registrations, rule)).toEqual([]);
  });

  it("go to an encrypted topic, and from there to those who are told", async () => {
    const { registrations, outputs } = await deploy({ aws: { events: { subscriptions } } });
    const [topic] = ofType(registrations, "sns/topic:Topic");
    const [key] = ofType(registrations, "kms/key:Key");
    expect(topic?.inputs).toMatchObject({
      name: "wharf-shop-events",
      kmsMasterKeyId: expect.stringContaining(String(key?.name)) as string,
    });
    expect(
      inputsOf(registrations, "sns/topicSubscription:TopicSubscription").map((inputs) => [
        inputs.protocol,
        inputs.endpoint,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ["https", "[secret]"],
        ["email", "team@example.com"],
        ["sqs", queue],
      ]),
    );
    // AWS advises against a role for encrypted topics.
    for (const target of inputsOf(registrations, "cloudwatch/eventTarget:EventTarget")) {
      expect(target).not.toHaveProperty("roleArn");
    }
    const notes = outputs.notes as string[];
    expect(notes.filter((note) => /topic|SNS/.test(note))).toHaveLength(3);
    expect(outputs.monthlyCost).toBe(1);
  });

  it("are those that the registry's scanner sends", async () => {
    const scanning = (settings: object) => ({
      managePrivateRegistry: true,
      scanning: settings,
      events: {},
    });
    expect(await ruleNames({ events: { on: ["push"] } })).toEqual(["push"]);
    expect(await ruleNames(scanning({}))).toEqual(["push", "scan"]);
    expect(await ruleNames(scanning({ type: "enhanced" }))).toEqual(["inspector-scan", "push"]);
    expect(await ruleNames(scanning({ type: "enhanced", continuous: true }))).toEqual([
      "inspector-finding",
      "inspector-scan",
      "push",
    ]);
    // Somebody else decides what scans.
    expect(await ruleNames({ events: { on: ["findings"] } })).toEqual([
      "inspector-finding",
      "inspector-scan",
      "scan",
    ]);
  });

  it("of many repositories take as many rules as their names need", async () => {
    const repositories = Array.from({ length: 60 }, (_, i) => ({
      name: `a-team-of-the-shop/service-with-a-long-name-${i + 1}`,
    }));
    const { registrations } = await deploy({ repositories, aws: { events: { on: ["push"] } } });
    const patterns = inputsOf(registrations, rule).map(({ eventPattern }) => String(eventPattern));
    expect(patterns.length).toBeGreaterThan(1);
    for (const pattern of patterns) expect(pattern.length).toBeLessThanOrEqual(2048);
    const names = patterns.flatMap(
      (pattern) =>
        (JSON.parse(pattern) as { detail: { "repository-name": string[] } }).detail[
          "repository-name"
        ],
    );
    expect(names.toSorted()).toEqual(repositories.map(({ name }) => name).toSorted());
  });

  it("are published by EventBridge, by TLS, and by nobody else", async () => {
    const { registrations } = await deploy({ aws: { events: {} } });
    const [{ policy, arn } = {}] = inputsOf(registrations, "sns/topicPolicy:TopicPolicy");
    // A name of AWS's own, since the simulator checks ARNs.
    const resource = `arn:aws:sns:${region}:${account}:wharf-shop-events`;
    const topic = JSON.parse(String(policy).replaceAll(String(arn), resource)) as Document;
    const publish = (principal: string, secure: string) =>
      answerOf(
        { resource: topic },
        {
          ...{ action: "sns:Publish", resource, principal },
          context: { "aws:SecureTransport": secure },
        },
      );
    expect(await publish("events.amazonaws.com", "true")).toBe("Allowed");
    expect(await publish("events.amazonaws.com", "false")).toBe("ExplicitlyDenied");
    expect(await publish("s3.amazonaws.com", "true")).toBe("ImplicitlyDenied");
    expect(await publish(`arn:aws:iam::210987654321:role/other`, "true")).toBe("ImplicitlyDenied");
  });

  it("are encrypted by a key that EventBridge may use without conditions, which AWS does not support", async () => {
    const { registrations } = await deploy({ encryption: { key: "create" }, aws: { events: {} } });
    const policies = Object.fromEntries(
      ofType(registrations, "kms/key:Key").map(({ name, inputs }) => [
        name,
        document(inputs.policy).Statement.find(({ Sid }) => Sid === "EventsPublish"),
      ]),
    );
    expect(policies["registry-events-key"]).toEqual({
      Sid: "EventsPublish",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    });
    expect(policies["registry-key"]).toBeUndefined();
  });

  it("have a topic whose ARN a program reads, and endpoints that are not known yet", async () => {
    const { asked, outputs } = await runProgram(
      () => {
        const registry = new AwsRegistry("r", {
          aws: {
            events: {
              subscriptions: [
                { protocol: "sqs", endpoint: pulumi.output(queue) },
                { protocol: "https", endpoint: pulumi.output("https://hooks.example.com") },
              ],
            },
          },
        });
        return { topic: registry.eventsTopic, none: new AwsRegistry("none").eventsTopic };
      },
      {
        ...{ project: "shop", stack: "dev", config: { "aws:region": region } },
        made: ({ name }) => ({ arn: `arn:aws:sns:${region}:${account}:${name}` }),
        answer: ({ inputs }) => ({ ...inputs, accountId: account }),
      },
    );
    expect(outputs).toEqual({
      topic: `arn:aws:sns:${region}:${account}:r-events`,
      none: "",
    });
    const endpoints = asked
      .filter(({ type }) => type === "aws:sns/topicSubscription:TopicSubscription")
      .map(({ inputs }) => inputs.endpoint);
    expect(JSON.stringify(endpoints)).toContain(queue);
    expect(JSON.stringify(asked)).not.toMatch(leftToken);
  });
});
