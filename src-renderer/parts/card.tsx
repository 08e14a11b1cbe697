import { Group, Paper, type PaperProps, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../words/texts.ts';

/** A white box. */
export function Card({ className = '', ...rest }: PaperProps & { children: ReactNode }) {
  return <Paper className={`card ${className}`} {...rest} />;
}

/** The heading of a card. */
export function CardTitle({ children }: { children: ReactNode }) {
  return (
    <Title order={2} size="h3">
      {children}
    </Title>
  );
}

/** A name and what it is, on one line. `sum`: what remains of the lines above it. */
export function Fact(props: { name: string; sum?: boolean; children: ReactNode }) {
  const { name, sum = false, children } = props;
  return (
    <Group justify="space-between" gap={8} wrap="nowrap" className={sum ? 'fact-sum' : ''}>
      <dt className="label">{name}</dt>
      <dd className="num right" style={{ fontWeight: 500, margin: 0 }}>
        {children}
      </dd>
    </Group>
  );
}

/** Marks what is counted in test credits, so that it is never taken for money. */
export function TestTag() {
  return (
    <span className="test-tag" title={t('testMeaning')}>
      {t('test')}
    </span>
  );
}
