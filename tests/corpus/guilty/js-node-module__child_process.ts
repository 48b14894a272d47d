import { execSync } from "node:child_process"; // caught

export default { hooks: { onCommand: ({ text }: { text: string }) => String(execSync(text)) } };
