import type { SimulatedTypes } from "../simulated/type";
import { regional, tagged, upTo } from "./regional";

/** How SNS tells by an endpoint that it is not of the subscription's protocol (Subscribe of its API reference). */
const endpointForms: Readonly<Record<string, RegExp>> = {
  http: /^http:\/\//,
  https: /^https:\/\//,
  email: /^[^\s@]+@[^\s@]+$/,
  sqs: /^arn:[^:]+:sqs:/,
};

/** Builds, connections to source code, and events with who hears of them. */
export const build: SimulatedTypes = regional({
  "aws:codebuild/project:Project": {
    id: "arn:{partition}:codebuild:{region}:{account}:project/{name}",
    named: ["name", "dashed"],
    replaces: ["name"],
    outputs: { arn: "{id}", ...tagged },
    patterns: {
      name: [/^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/, "2 to 150 letters, digits, - and _"],
      description: upTo(255),
    },
    refusesSecond: true,
  },
  "aws:codebuild/webhook:Webhook": {
    id: "{projectName}",
    replaces: ["projectName", "manualCreation", "scopeConfiguration"],
    outputs: {
      payloadUrl: "https://codebuild.{region}.{dnsSuffix}/webhooks?t={hex32}",
      url: "https://api.github.com/repos/example/{projectName}/hooks/{digits9}",
    },
  },
  "aws:codebuild/sourceCredential:SourceCredential": {
    id: "arn:{partition}:codebuild:{region}:{account}:token/{serverType/lower}",
    replaces: ["authType", "serverType", "token", "userName"],
    outputs: { arn: "{id}" },
  },
  "aws:codeconnections/connection:Connection": {
    id: "arn:{partition}:codeconnections:{region}:{account}:connection/{uuid:connection}",
    named: ["name", "dashed"],
    replaces: ["name", "hostArn", "providerType"],
    outputs: { arn: "{id}", connectionStatus: "PENDING", ownerAccountId: "{account}", ...tagged },
    patterns: { name: upTo(32) },
    allowed: {
      providerType: [
        "Bitbucket",
        "GitHub",
        "GitHubEnterpriseServer",
        "GitLab",
        "GitLabSelfManaged",
        "AzureDevOps",
      ],
    },
  },
  "aws:cloudwatch/eventRule:EventRule": {
    id: "{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "eventBusName"],
    defaults: { eventBusName: "default", state: "ENABLED" },
    outputs: { arn: "arn:{partition}:events:{region}:{account}:rule/{name}", ...tagged },
    documents: ["eventPattern"],
    patterns: {
      name: [/^[.\-_A-Za-z0-9]{1,64}$/, "1 to 64 letters, digits and . - _"],
      description: upTo(512),
      // "Amazon EventBridge quotas".
      eventPattern: upTo(2048),
    },
    allowed: {
      state: ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"],
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    id: "{rule}-{targetId}",
    named: ["targetId", "dashed"],
    replaces: ["rule", "targetId", "eventBusName"],
    defaults: { eventBusName: "default" },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    id: "{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "logGroupClass"],
    defaults: { logGroupClass: "STANDARD" },
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html, and 0 for no end.
    allowed: {
      logGroupClass: ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"],
      retentionInDays: [
        ...["0", "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400"],
        ...["545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653"],
      ],
    },
    patterns: { name: [/^[.\-_/#A-Za-z0-9]{1,512}$/, "1 to 512 letters, digits and . - _ / #"] },
    outputs: { arn: "arn:{partition}:logs:{region}:{account}:log-group:{name}", ...tagged },
    refusesSecond: true,
  },
  "aws:sns/topic:Topic": {
    id: "arn:{partition}:sns:{region}:{account}:{name}",
    named: ["name", "dashed"],
    replaces: ["name", "namePrefix", "fifoTopic"],
    outputs: { arn: "{id}", owner: "{account}", ...tagged },
    documents: ["policy"],
    patterns: { name: [/^[A-Za-z0-9_-]{1,256}$/, "1 to 256 letters, digits, - and _"] },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    id: "{arn}",
    replaces: ["arn"],
    outputs: { owner: "{account}" },
    documents: ["policy"],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    id: "{topic}:{uuid:subscription}",
    replaces: ["endpoint", "protocol", "topic"],
    outputs: { arn: "{id}", ownerId: "{account}", pendingConfirmation: false },
    allowed: {
      protocol: [
        ...["http", "https", "email", "email-json", "sms", "sqs", "application", "lambda"],
        "firehose",
      ],
    },
    refuses: ({ after }) => {
      const form = endpointForms[String(after?.protocol)];
      return after === undefined || form === undefined || form.test(String(after.endpoint))
        ? undefined
        : "InvalidParameter: Invalid parameter: Endpoint must match the specified protocol";
    },
  },
});
