import { test } from './app.ts';
import { insertCard } from './card.ts';
import { KERNEL_MILLIS, tellTheThread } from './thread-story.ts';

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
