import { Button, Group, Progress, Text } from '@mantine/core';
import {
  type Icon,
  IconChartHistogram,
  IconCircleCheckFilled,
  IconFolderOpen,
  IconPhoto,
  IconPlayerPlay,
} from '@tabler/icons-react';
import type { ExampleId, ExampleView, Snapshot } from '../../src-shared/snapshot.ts';
import { isSpeedJob } from '../../src-shared/speed.ts';
import { situationOf } from '../agent-link/memo.ts';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { Card, CardTitle, TestTag } from '../parts/card.tsx';
import { type Text as TextKey, t, worded } from '../words/texts.ts';

const about: Readonly<Record<ExampleId, { icon: Icon; title: TextKey; what: TextKey }>> = {
  options: { icon: IconChartHistogram, title: 'exampleOptions', what: 'exampleOptionsWhat' },
  scene: { icon: IconPhoto, title: 'exampleScene', what: 'exampleSceneWhat' },
};

/** Whether the examples are offered: until the first job is done that is not the speed test's, and while one of them has something to show. */
export function offersExamples({ examples, earnings, network, today }: Snapshot): boolean {
  // They are jobs of the built-in test network; elsewhere there is nobody to buy them.
  if (!network.test) return false;
  const fresh =
    earnings.jobs.every(({ job }) => isSpeedJob(job)) && today.jobs <= earnings.jobs.length;
  return examples.length > 0 && (fresh || examples.some((e) => e.progress.kind !== 'idle'));
}

/** Why a started example does not move, or nothing. */
function hintOf(s: Snapshot): TextKey | null {
  if (s.examples.every((e) => e.progress.kind !== 'running')) return null;
  const now = situationOf(s);
  if (now.kind === 'off') return 'waitsForSharing';
  return now.kind === 'held' && now.because.kind === 'owner-active' ? 'waitsForAway' : null;
}

/** Two jobs to try Offpeak with, when there is nothing else to do. */
export function ExamplesCard() {
  const examples = useSnapshot((s) => s.examples);
  const hint = useSnapshot(hintOf);
  return (
    <Card>
      <Group gap={8} mb={4}>
        <CardTitle>{t('tryTitle')}</CardTitle>
        <TestTag />
      </Group>
      <Text fz={13} lh="20px" c="var(--op-ink2)" mb={16}>
        {t('tryWhy')} {hint && t(hint)}
      </Text>
      <div className="examples">
        {examples.map((example) => (
          <Example key={example.id} example={example} />
        ))}
      </div>
    </Card>
  );
}

function Example({ example }: { example: ExampleView }) {
  const { icon: Picture, title, what } = about[example.id];
  return (
    <div className="example">
      <div className="tile">
        <Picture size={20} stroke={1.75} aria-hidden />
      </div>
      <div>
        <Text fw={600}>{t(title)}</Text>
        <Text fz={13} lh="20px" c="var(--op-ink2)" mb={8}>
          {t(what)}
        </Text>
        <Progressing example={example} />
      </div>
    </div>
  );
}

function Progressing({ example: { id, progress } }: { example: ExampleView }) {
  const store = useStore();
  const run = (label: TextKey) => (
    <Button
      variant="default"
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      aria-label={`${t(label)}: ${t(about[id].title)}`}
      onClick={() => store.send({ kind: 'run-example', example: id })}
    >
      {t(label)}
    </Button>
  );
  switch (progress.kind) {
    case 'idle':
      return run('runExample');
    case 'running': {
      const parts = t('exampleProgress', { done: progress.done, of: progress.of });
      return (
        <>
          <Progress
            value={Math.min(100, (progress.done / progress.of) * 100)}
            size={6}
            mb={4}
            color="var(--op-bar)"
            aria-label={`${t(about[id].title)}: ${parts}`}
          />
          <span className="caption num">{parts}</span>
        </>
      );
    }
    case 'done':
      return (
        <>
          <Group gap={6} wrap="nowrap" align="flex-start" mb={8} data-state="earning">
            <IconCircleCheckFilled
              size={16}
              color="var(--here)"
              style={{ flex: 'none', marginTop: 2 }}
              aria-hidden
            />
            <Text fz={13} lh="20px">
              {worded(progress.verdict)}
            </Text>
          </Group>
          <Group gap={8}>
            <Button
              variant="default"
              leftSection={<IconFolderOpen size={16} aria-hidden />}
              aria-label={`${t('showResults')}: ${t(about[id].title)}`}
              onClick={() => store.send({ kind: 'show-results', example: id })}
            >
              {t('showResults')}
            </Button>
            {run('runAgain')}
          </Group>
        </>
      );
    case 'failed':
      return (
        <>
          <Text fz={13} lh="20px" c="var(--error-text)" mb={8}>
            {t('exampleFailed', { detail: worded(progress.detail) })}
          </Text>
          {run('runAgain')}
        </>
      );
  }
}
