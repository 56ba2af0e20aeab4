import { PolicyPack } from "@pulumi/policy";
import { startListening } from "./listener";
import { Pack } from "./pack";
import { rules } from "./rules";

try {
  const pack = new Pack(rules);
  startListening(() => new PolicyPack("wharf", { policies: pack.policies }), pack);
} catch (error) {
  // The engine prints what a pack says that does not start.
  console.error((error as Error).message);
  process.exit(1);
}
