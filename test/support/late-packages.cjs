// Required by Node.js before a program that Pulumi's language host runs (NODE_OPTIONS): the host loads Pulumi's SDK before the program
// can have it load less, which takes a third of the program's processor time.
require("../../bundle/late").loadLate();
// The host that is built from Go modules takes every program for one in TypeScript and loads the compiler, also where Pulumi.yaml says
// `typescript: false`, which an official one heeds.
delete process.env.PULUMI_NODEJS_TYPESCRIPT;
