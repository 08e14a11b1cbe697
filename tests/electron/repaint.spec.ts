import { fileURLToPath } from 'node:url';
import { _electron as electron, expect, type Page, test } from '@playwright/test';
import { electronRuntime } from '../../src-setup/runtime/electron-runtime.mjs';
import type { Snapshot } from '../../src-shared/snapshot.ts';
import { openPreview } from '../worlds/window/preview.mjs';

const WINDOW = fileURLToPath(new URL('gallery/window.cjs', import.meta.url));
const SECONDS = 30;

/** React's own record of a component: only what is read here. */
type Fiber = {
  readonly type: unknown;
  readonly flags: number;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly alternate: Fiber | null;
};

/** Listens where React's developer tools do: which components were drawn again, by name, how often. */
function installProfiler(): void {
  /** React sets this flag on a component that was rendered, for its tools. */
  const PERFORMED_WORK = 1;
  const drawn: Record<string, number> = {};
  let commits = 0;
  const nameOf = (type: unknown): string | null => (typeof type === 'function' ? type.name : null);
  const visit = (fiber: Fiber): void => {
    const before = fiber.alternate;
    const name = nameOf(fiber.type);
    if (name && (before === null || fiber.flags & PERFORMED_WORK))
      drawn[name] = (drawn[name] ?? 0) + 1;
    // The same child as before: React did not go further down here.
    if (before !== null && before.child === fiber.child) return;
    for (let child = fiber.child; child; child = child.sibling) visit(child);
  };
  Object.assign(globalThis, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      renderers: new Map(),
      inject: () => 1,
      onCommitFiberUnmount: () => undefined,
      onPostCommitFiberRoot: () => undefined,
      onCommitFiberRoot: (_id: number, root: { readonly current: Fiber }) => {
        commits += 1;
        visit(root.current);
      },
    },
    profile: () => ({ commits, drawn: { ...drawn } }),
  });
}

const profile = (page: Page): Promise<{ commits: number; drawn: Record<string, number> }> =>
  page.evaluate('profile()');

/** The next second on a machine where only the card's readings go on. */
function after(snapshot: Snapshot, second: number): object {
  const [lane] = snapshot.lanes;
  if (!lane?.reading) throw new Error('the card is not read');
  const reading = {
    ...lane.reading,
    temperature: 60 + (second % 7),
    power: 190 + (second % 11),
    load: 0.9 + (second % 10) / 100,
  };
  return { ...snapshot, takenAt: snapshot.takenAt + second * 1000, lanes: [{ ...lane, reading }] };
}

test('a second that changes only the card’s readings draws the meters again and no page', async () => {
  const preview = await openPreview({ named: true });
  const { executable } = await electronRuntime();
  const app = await electron.launch({ executablePath: executable, args: [WINDOW] });
  try {
    const page = await app.firstWindow();
    await page.addInitScript(installProfiler);
    await page.goto(`${preview.address}?state=earningMoney&theme=light`);
    const meter = page.getByRole('img', { name: /^Temperature/ });
    await expect(meter).toBeVisible();
    const { earningMoney } = preview.snapshots;
    if (!earningMoney) throw new Error('there is no such snapshot');
    // Once before it counts: React lays the second copy of its tree with the first change.
    preview.push(after(earningMoney, 3));
    await expect(meter).toHaveAccessibleName(/63/);
    const before = await profile(page);
    for (let second = 1; second <= SECONDS; second++) {
      preview.push(after(earningMoney, second));
      await expect(meter).toHaveAccessibleName(new RegExp(`${60 + (second % 7)}`));
    }
    const { commits, drawn } = await profile(page);
    const again = Object.fromEntries(
      Object.entries(drawn)
        .map(([name, times]) => [name, times - (before.drawn[name] ?? 0)] as const)
        .filter(([, times]) => times > 0),
    );
    console.log(
      `${commits - before.commits} commits for ${SECONDS} snapshots: ${JSON.stringify(again)}`,
    );
    expect(again.Meter, 'the meters are alive').toBeGreaterThanOrEqual(SECONDS);
    for (const still of [
      'Pages',
      'Shell',
      'NavItem',
      'Home',
      'HeroCard',
      'StripCard',
      'Strip',
      'Today',
    ])
      expect(again[still] ?? 0, `${still} is left alone`).toBe(0);
  } finally {
    await app.close();
    preview.close();
  }
});
