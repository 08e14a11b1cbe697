import {
  ActionIcon,
  Button,
  Group,
  Select,
  Table,
  TextInput,
  Tooltip,
  VisuallyHidden,
} from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlus, IconSearch, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { GameRule } from '../../src-shared/settings.ts';
import { answerOf, useErrand } from '../agent-link/answers.ts';
import { useSnapshot } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { nowAt, useChange } from '../parts/changes.tsx';
import { t, worded } from '../words/texts.ts';
import { AddRule } from './add-rule.tsx';
import { type GameRow, rowsOf } from './game-rows.ts';

/** More rows than these nobody reads; the search finds the others. */
const MOST_ROWS = 100;
const LONGEST_SEARCH = 100;

/** The owner's rules and the installed games, in one list. `look`: another number for another look at the libraries. */
export function GamesCard({ look }: { look: number }) {
  const rules = useSnapshot((s) => s.settings.games);
  const inLibraries = useSnapshot((s) => s.libraries.reduce((sum, { games }) => sum + games, 0));
  const [search, find] = useState('');
  const [adding, add] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useHotkeys([['mod+F', () => field.current?.focus()]], []);
  const { found, refusal } = useErrand(`${look} ${search}`, (ask) =>
    answerOf(ask, { kind: 'games', search }, 'games'),
  );
  const rows = rowsOf(rules, found?.games ?? [], search);
  const shown = rows.slice(0, MOST_ROWS);
  // The answer may hold fewer games than there are.
  const hidden = rows.length - shown.length + (found ? found.all - found.games.length : 0);
  return (
    <Card p={0}>
      <div className="card-head">
        <Group justify="space-between" gap={8}>
          <div>
            <CardTitle>{t('games')}</CardTitle>
            <span className="label num">
              {t('gamesCount', { installed: inLibraries, own: rules.length })}
            </span>
          </div>
          <Group gap={8} wrap="nowrap">
            <TextInput
              ref={field}
              type="search"
              aria-label={t('searchGames')}
              placeholder={t('searchGames')}
              size="xs"
              w={200}
              maxLength={LONGEST_SEARCH}
              leftSection={<IconSearch size={16} aria-hidden />}
              value={search}
              onChange={({ currentTarget }) => find(currentTarget.value)}
            />
            <Button
              aria-expanded={adding}
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => add(!adding)}
            >
              {t('addApp')}
            </Button>
          </Group>
        </Group>
        {adding && <AddRule added={() => add(false)} />}
        {refusal !== null && <p className="label plain">{worded(refusal)}</p>}
        {shown.length === 0 && (
          <p className="label plain">{t(search === '' ? 'noGames' : 'noGamesFound')}</p>
        )}
      </div>
      {shown.length > 0 && <GamesTable rows={shown} rules={rules} />}
      {hidden > 0 && <p className="caption more-games">{t('moreGames', { hidden })}</p>}
    </Card>
  );
}

type Rules = { readonly rules: readonly GameRule[] };

function GamesTable({ rows, rules }: Rules & { rows: readonly GameRow[] }) {
  return (
    <Table
      className="table rules"
      horizontalSpacing={16}
      verticalSpacing={6}
      borderColor="var(--op-line)"
      aria-label={t('games')}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('columnProgram')}</Table.Th>
          <Table.Th w={136}>{t('columnSource')}</Table.Th>
          <Table.Th w={160}>{t('columnVerdict')}</Table.Th>
          <Table.Th w={56}>
            <VisuallyHidden>{t('columnRemove')}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Row key={row.path} row={row} rules={rules} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ row, rules }: Rules & { row: GameRow }) {
  const { title, path, library, rule } = row;
  const change = useChange();
  const verdict = rule?.verdict ?? 'pause';
  const words = (of: string) => nowAt(title, of);
  const remove = (said: string) =>
    change(
      { kind: 'change-settings', patch: { games: rules.filter((one) => one !== rule) } },
      words(said),
    );
  function judge(next: string | null): void {
    if (next === null || next === verdict) return;
    if (next === 'ignore')
      void change({ kind: 'not-a-game', path, title }, words(t('verdictIgnore')));
    // A game of a library is paused for anyway: that takes no rule.
    else if (library !== null) void remove(t('verdictPause'));
    else void change({ kind: 'always-pause', path, title }, words(t('verdictPause')));
  }
  return (
    <Table.Tr>
      <Table.Td>
        <div className="choice-title path">{title}</div>
        <div className="caption path" title={path}>
          {path}
        </div>
      </Table.Td>
      <Table.Td className="path">{library ?? t('addedByYou')}</Table.Td>
      <Table.Td>
        <Select
          aria-label={t('verdictOf', { title })}
          size="xs"
          w={128}
          allowDeselect={false}
          value={verdict}
          onChange={judge}
          data={[
            { value: 'pause', label: t('verdictPause') },
            { value: 'ignore', label: t('verdictIgnore') },
          ]}
        />
      </Table.Td>
      <Table.Td>
        {rule !== null && (
          <Tooltip label={t('remove')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('removeRule', { title })}
              onClick={() => remove(t('ruleRemoved'))}
            >
              <IconTrash size={16} color="var(--op-ink2)" aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
