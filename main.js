// Where Pulumi enters: index.ts by way of tsx, which strips types in place of checking them. The check costs 1.6 s at
// every preview and belongs to `npm run check`.
require("tsx/cjs");
module.exports = require("./index.ts");
