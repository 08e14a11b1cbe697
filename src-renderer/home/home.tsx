import { Stack } from '@mantine/core';
import { useSnapshot } from '../agent-link/store.ts';
import { Alerts } from '../parts/alerts.tsx';
import { ExamplesCard, offersExamples } from './examples-card.tsx';
import { GpuCard } from './gpu-card.tsx';
import { HeroCard } from './hero-card.tsx';
import { JobCard } from './job-card.tsx';
import { StripCard } from './strip.tsx';

/** Is it earning and why, what did I keep today, is my GPU fine: in this order. */
export function Home() {
  const several = useSnapshot((s) => s.lanes.length > 1);
  const examples = useSnapshot(offersExamples);
  return (
    <Stack gap={16}>
      <Alerts />
      <HeroCard />
      {examples && <ExamplesCard />}
      <StripCard />
      <div className={several ? 'lower stacked' : 'lower'}>
        <GpuCard />
        <JobCard />
      </div>
    </Stack>
  );
}
