// As Wharf's own main.js, so that both start alike.
require("tsx/cjs");
module.exports = require("./index.ts");
