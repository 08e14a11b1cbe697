import { type Icon, IconCpu, IconMessages, IconVectorTriangle } from '@tabler/icons-react';
import type { JobKind } from '../../src-shared/job-kind.ts';
import type { Text } from '../words/texts.ts';

type KindLook = { readonly icon: Icon; readonly name: Text; readonly color: string };

/** How a kind of job looks everywhere; the colour is that of its bars. */
export const kindLook: Readonly<Record<JobKind, KindLook>> = {
  llm: { icon: IconMessages, name: 'kindLlm', color: 'var(--c1)' },
  kernel: { icon: IconCpu, name: 'kindKernel', color: 'var(--c2)' },
  embed: { icon: IconVectorTriangle, name: 'kindEmbed', color: 'var(--c3)' },
};

/** The kinds in the order in which charts stack and tables list them. */
export const KINDS: readonly JobKind[] = ['llm', 'kernel', 'embed'];
