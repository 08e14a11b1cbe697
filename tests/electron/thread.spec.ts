import { test } from './page/app.ts';
import { insertCard } from './page/card.ts';
import { KERNEL_MILLIS, tellTheThread } from './page/thread-story.ts';

test('a job makes way for a game at once, goes on after it, and is paid once', async ({
  machine,
}) => {
  const card = await insertCard(machine.home, KERNEL_MILLIS);
  try {
    await tellTheThread(machine, card);
  } finally {
    card.remove();
  }
});
