import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { nowAt, useChange } from '../parts/changes.tsx';
import { ruleOf } from '../parts/not-a-game.tsx';
import { t } from '../words/texts.ts';

/** A program by its path, for what no library knows. */
export function AddRule({ added }: { added: () => void }) {
  const [path, setPath] = useState('');
  const [title, setTitle] = useState('');
  const change = useChange();
  async function add(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (path.trim() === '') return;
    const rule = ruleOf(title, path.trim());
    if (await change({ kind: 'always-pause', ...rule }, nowAt(rule.title, t('verdictPause'))))
      added();
  }
  return (
    <form className="add-rule" onSubmit={add}>
      <TextInput
        className="grow"
        size="xs"
        autoFocus
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
