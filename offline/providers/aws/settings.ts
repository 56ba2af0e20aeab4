import { text, type Values } from "../values";

/** The account of AWS's own documentation. */
const account = "123456789012";

// As the official plugin checks it: a geography, a direction or more, a number.
const regionForm = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** Region, account and partition. The region comes from `aws:region`, else from the variables that the official plugin reads. */
export function settings(config: Values): Values {
  const region =
    text(config, "region") || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || "";
  if (region === "") {
    throw new Error(
      "The provider aws misses its required configuration key aws:region, the region where AWS operations will take place, such as us-east-1. " +
        "Set it: pulumi config set aws:region us-east-1",
    );
  }
  if (!regionForm.test(region)) {
    throw new Error(`invalid AWS Region: ${region}. A region is such as us-east-1.`);
  }
  return { region, account, ...partitionOf(region) };
}

// The partitions that registries are in: https://docs.aws.amazon.com/general/latest/gr/rande.html
function partitionOf(region: string): Values {
  if (region.startsWith("cn-")) {
    return {
      partition: "aws-cn",
      dnsSuffix: "amazonaws.com.cn",
      reverseDnsPrefix: "cn.com.amazonaws",
    };
  }
  const partition = region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return { partition, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
}
