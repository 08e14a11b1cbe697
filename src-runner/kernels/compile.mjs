// Compiles .cu to PTX text that every NVIDIA driver since CUDA 6 can load, and that runs on Maxwell (sm_50) and later.
//
//   node src-runner/kernels/compile.mjs              writes the .ptx beside every .cu below
//   node src-runner/kernels/compile.mjs --check      writes nothing; fails where a committed .ptx is not what its .cu gives
//
// Needs clang-14 (or $CLANG), no CUDA SDK. The version matters only for --check: others give other, equally good text.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const clang = process.env.CLANG ?? 'clang-14';

/** A source may ask for a later card, by a line `// ptx: sm_53`; what it makes then loads on no earlier one. */
const cardOf = (source) =>
  /^\/\/ ptx: (sm_\d+)$/m.exec(readFileSync(source, 'utf8'))?.[1] ?? 'sm_50';

const FLAGS = [
  ...['-x', 'cuda', '--cuda-device-only'],
  ...['--cuda-path=/nonexistent', '-nocudainc', '-nocudalib', '-fdeclspec'],
  // No fused multiply-add except where the source says fmaf: the same bits on every card. No vendor math library.
  ...['-O3', '-ffp-contract=off', '-Wall', '-Werror', '-S', '-I', here],
];

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.name.endsWith('.cu') ? [path] : [];
  });

const compile = (source) =>
  execFileSync(clang, [`--cuda-gpu-arch=${cardOf(source)}`, ...FLAGS, '-o', '-', source], {
    encoding: 'utf8',
  });

const check = process.argv.includes('--check');
const stale = [];
for (const folder of ['examples', 'src-runner/kernels', 'tests/fakes/kernels'].map((name) =>
  join(root, name),
)) {
  for (const source of filesIn(folder).sort()) {
    const target = source.replace(/\.cu$/, '.ptx');
    const fresh = compile(source);
    const known = existsSync(target) ? readFileSync(target, 'utf8') : null;
    if (fresh === known) continue;
    if (check) stale.push(relative(root, target));
    else {
      writeFileSync(target, fresh);
      console.log(`wrote ${relative(root, target)}`);
    }
  }
}
if (stale.length > 0) {
  console.error(
    `not what their .cu gives (run src-runner/kernels/compile.mjs): ${stale.join(', ')}`,
  );
  process.exitCode = 1;
}
