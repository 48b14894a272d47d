const fs = require("fs"); // caught

module.exports = { hooks: { onDashboardLoad: () => ({ text: fs.readFileSync("notes.txt") }) } };
