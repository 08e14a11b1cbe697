import { nodeSpawn } from '../../src-main/children/node-child.ts';

// A host that starts the runner named on its command line and says its pid.
const runner = process.argv[2] ?? '';
const child = nodeSpawn(runner)({
  message: () => process.send?.(child.pid()),
  exit: () => process.exit(1),
});
