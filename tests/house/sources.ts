import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

const SOURCE = /\.(?:ts|tsx|mts|mjs|cjs)$/;

/** Paths of a room's source files from the top of the repository, with `/`. */
export function sources(room: string): string[] {
  return readdirSync(join(repository, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => SOURCE.test(name) && !name.includes('node_modules'))
    .map((name) => posix.join(room, name.replaceAll(sep, '/')));
}

export const textOf = (file: string): string => readFileSync(join(repository, file), 'utf8');

/** What a file imports, static and dynamic, types included; comments hold no imports, and style sheets are no code. */
export function importsOf(text: string): string[] {
  const code = text.replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const found = code.matchAll(
    /(?:(?<![.\w])(?:from|import)\s+|\b(?:import|require)\s*\(\s*)(['"])([^'"\n]+)\1/g,
  );
  return [...found].map(([, , name = '']) => name).filter((name) => !name.endsWith('.css'));
}

/** The file that a relative import in `file` names, as a path from the top. */
export const targetOf = (file: string, name: string): string =>
  relative(repository, join(repository, dirname(file), name)).replaceAll(sep, '/');

/** Where a file stands: `src-main/agent/lane.ts` is in room `src-main`, folder `agent`; beside the folders is '.'. */
export function placeOf(file: string): { readonly room: string; readonly folder: string } {
  const [room = '', ...rest] = file.split('/');
  return { room, folder: rest.slice(0, -1).join('/') || '.' };
}

/** Groups of nodes that reach each other along the arrows (Tarjan 1972), each with two nodes or more. */
export function circlesOf(arrows: ReadonlyMap<string, Iterable<string>>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    let least = order.size;
    order.set(node, least);
    stack.push(node);
    for (const next of arrows.get(node) ?? []) {
      if (!order.has(next)) least = Math.min(least, visit(next));
      else if (stack.includes(next)) least = Math.min(least, low.get(next) ?? order.get(next) ?? 0);
    }
    low.set(node, least);
    if (least === order.get(node)) {
      const circle = stack.splice(stack.indexOf(node));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return least;
  };
  for (const node of arrows.keys()) if (!order.has(node)) visit(node);
  return circles;
}
