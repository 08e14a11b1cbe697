import {
  ActionIcon,
  Button,
  Group,
  Select,
  Stack,
  Table,
  TextInput,
  Tooltip,
  VisuallyHidden,
} from '@mantine/core';
import { IconDeviceGamepad2, IconPlayerPause, IconPlus, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { GameRule } from '../src-shared/settings.ts';
import type { Snapshot } from '../src-shared/snapshot.ts';
import { Card, CardTitle } from './card.tsx';
import { NotAGame, ruleOf } from './not-a-game.tsx';
import { useChangeSettings, useSnapshot, useStore } from './store.ts';
import { t } from './texts.ts';

/** What counts as a game: what runs now, and what the owner said about programs. */
export function GameRules() {
  return (
    <Stack gap={16}>
      <RunningNow />
      <RulesCard />
    </Stack>
  );
}

/** The games that hold a card now, each once. */
function gamesNow({ lanes, settings }: Snapshot) {
  const games = lanes.flatMap(({ phase }) =>
    (phase.kind === 'held' || phase.kind === 'yielding') && phase.because.kind === 'game-running'
      ? [phase.because]
      : [],
  );
  return games
    .filter(({ path }, n) => games.findIndex((one) => one.path === path) === n)
    .map(({ title, path }) => ({
      title,
      path,
      listed: settings.games.some((rule) => rule.path === path && rule.verdict === 'pause'),
    }));
}

function RunningNow() {
  const games = useSnapshot(gamesNow);
  const store = useStore();
  return (
    <Card>
      <CardTitle>{t('gameNow')}</CardTitle>
      {games.length === 0 && <p className="label plain">{t('noGameNow')}</p>}
      {games.map(({ title, path, listed }) => (
        <Group key={path} mt={8} gap={12} wrap="nowrap">
          <div className="tile">
            <IconDeviceGamepad2 size={20} stroke={1.75} aria-hidden />
          </div>
          <div className="grow">
            <div className="choice-title">{title}</div>
            <div className="caption path">{path}</div>
          </div>
          {path !== '' && (
            <Group gap={8} justify="flex-end">
              <NotAGame title={title} path={path} />
              {listed ? (
                <span className="caption">{t('alwaysPaused')}</span>
              ) : (
                <Button
                  variant="default"
                  leftSection={<IconPlayerPause size={16} aria-hidden />}
                  onClick={() => store.send({ kind: 'always-pause', ...ruleOf(title, path) })}
                >
                  {t('alwaysPause')}
                </Button>
              )}
            </Group>
          )}
        </Group>
      ))}
    </Card>
  );
}

function RulesCard() {
  const rules = useSnapshot((s) => s.settings.games);
  return (
    <Card p={0}>
      <div className="card-head">
        <CardTitle>{t('rules')}</CardTitle>
        <p className="label plain">{t(rules.length === 0 ? 'noRules' : 'rulesWhat')}</p>
        <AddRule />
      </div>
      {rules.length > 0 && (
        <Table
          className="table rules"
          horizontalSpacing={16}
          verticalSpacing={6}
          borderColor="var(--op-line)"
          aria-label={t('rules')}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('columnProgram')}</Table.Th>
              <Table.Th w={152}>{t('columnVerdict')}</Table.Th>
              <Table.Th w={56}>
                <VisuallyHidden>{t('columnRemove')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rules.map((rule) => (
              <Rule key={rule.path} rule={rule} rules={rules} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

function Rule({ rule, rules }: { rule: GameRule; rules: readonly GameRule[] }) {
  const { path, title, verdict } = rule;
  const store = useStore();
  const change = useChangeSettings();
  return (
    <Table.Tr>
      <Table.Td>
        <div className="choice-title">{title}</div>
        <div className="caption path">{path}</div>
      </Table.Td>
      <Table.Td>
        <Select
          aria-label={t('verdictOf', { title })}
          size="xs"
          w={120}
          allowDeselect={false}
          value={verdict}
          onChange={(next) =>
            next !== null &&
            store.send({ kind: next === 'pause' ? 'always-pause' : 'not-a-game', path, title })
          }
          data={[
            { value: 'pause', label: t('verdictPause') },
            { value: 'ignore', label: t('verdictIgnore') },
          ]}
        />
      </Table.Td>
      <Table.Td>
        <Tooltip label={t('remove')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('removeRule', { title })}
            onClick={() => change({ games: rules.filter((one) => one !== rule) })}
          >
            <IconTrash size={16} color="var(--op-ink2)" aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  );
}

/** A program by its path, for what no library knows. */
function AddRule() {
  const [path, setPath] = useState('');
  const [title, setTitle] = useState('');
  const store = useStore();
  function add(event: FormEvent): void {
    event.preventDefault();
    if (path.trim() === '') return;
    void store.send({ kind: 'always-pause', ...ruleOf(title, path.trim()) }).then((obeyed) => {
      if (!obeyed) return;
      setPath('');
      setTitle('');
    });
  }
  return (
    <form className="add-rule" onSubmit={add}>
      <TextInput
        className="grow"
        size="xs"
        label={t('rulePath')}
        placeholder={t('rulePathExample')}
        value={path}
        onChange={({ currentTarget }) => setPath(currentTarget.value)}
      />
      <TextInput
        size="xs"
        w={184}
        label={t('ruleTitle')}
        value={title}
        maxLength={200}
        onChange={({ currentTarget }) => setTitle(currentTarget.value)}
      />
      <Button
        type="submit"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={path.trim() === ''}
      >
        {t('addRule')}
      </Button>
    </form>
  );
}
