import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import { JobKind } from '../../src-shared/job-kind.ts';
import { RunFilter, RunOutcome } from '../../src-shared/question.ts';
import { KINDS, kindLook } from '../parts/kind-look.ts';
import { t } from '../words/texts.ts';
import { resultName } from './run-result.tsx';

/** Stands for "no filter" in controls, whose values are never null. */
const ANY = 'any';

const Pay = RunFilter.shape.pay;

type JobFiltersProps = {
  readonly filter: RunFilter;
  readonly change: (filter: RunFilter) => void;
  /** Saves what is shown as a table; null where nothing is shown. */
  readonly save: (() => void) | null;
};

/** Which runs are shown. Ctrl+F goes to the search. */
export function JobFilters({ filter, change, save }: JobFiltersProps) {
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['mod+F', () => search.current?.select()]], []);
  return (
    <div className="page-tools">
      <div>
        <SegmentedControl
          aria-label={t('filterPay')}
          value={filter.pay ?? ANY}
          onChange={(value) => change({ ...filter, pay: Pay.parse(value === ANY ? null : value) })}
          data={[
            { value: ANY, label: t('payAll') },
            { value: 'money', label: t('payMoney') },
            { value: 'test', label: t('payTest') },
          ]}
        />
        <Select
          aria-label={t('filterKind')}
          size="xs"
          w={144}
          checkIconPosition="right"
          allowDeselect={false}
          value={filter.what ?? ANY}
          onChange={(value) => change({ ...filter, what: JobKind.safeParse(value).data ?? null })}
          data={[
            { value: ANY, label: t('allKinds') },
            ...KINDS.map((kind) => ({ value: kind, label: t(kindLook[kind].name) })),
          ]}
        />
        <Select
          aria-label={t('filterResult')}
          size="xs"
          w={152}
          checkIconPosition="right"
          allowDeselect={false}
          value={filter.outcome ?? ANY}
          onChange={(value) =>
            change({ ...filter, outcome: RunOutcome.safeParse(value).data ?? null })
          }
          data={[
            { value: ANY, label: t('anyResult') },
            ...RunOutcome.options.map((value) => ({ value, label: resultName(value) })),
          ]}
        />
      </div>
      <div>
        <TextInput
          ref={search}
          aria-label={t('searchJobs')}
          type="search"
          size="xs"
          w={160}
          maxLength={100}
          placeholder={t('searchJobs')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter.search}
          onChange={(event) => change({ ...filter, search: event.currentTarget.value })}
        />
        <Button
          variant="default"
          aria-label={t('exportCsv')}
          disabled={save === null}
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => save?.()}
        >
          {t('csv')}
        </Button>
      </div>
    </div>
  );
}
