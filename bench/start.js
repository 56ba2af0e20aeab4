// `npm run bench`: run.ts by way of tsx. The cluster of the tests uses execa, a package of ES modules alone; tsx takes no such
// package for CommonJS, and Node.js does, from 20.19 on.
require("execa");
require("tsx/cjs");
require("./run.ts");
