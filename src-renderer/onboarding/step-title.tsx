import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

/** The heading of a step, which takes the focus when the step is entered, so that it is read from its start. */
export function StepTitle({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className="step-title">
      <Title order={1} ref={heading} tabIndex={-1}>
        {title}
      </Title>
      <p>{children}</p>
    </div>
  );
}
