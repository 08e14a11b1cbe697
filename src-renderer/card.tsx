import { Group, Paper, type PaperProps, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from './texts.ts';

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

/** A name and what it is, on one line. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Group justify="space-between" gap={8} wrap="nowrap">
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
