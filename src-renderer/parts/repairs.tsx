import { Button } from '@mantine/core';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { said } from '../../src-shared/said.ts';
import { saveFile } from '../agent-link/save-file.ts';
import { useStore } from '../agent-link/store.ts';
import { t } from '../words/texts.ts';

/** Once more: the connection, and the cards that were given up. */
export function TryAgain({ wide = false }: { wide?: boolean }) {
  const store = useStore();
  return (
    <Button
      variant="default"
      style={wide ? { flex: 1 } : undefined}
      leftSection={<IconRefresh size={16} aria-hidden />}
      onClick={() => store.send({ kind: 'try-again' })}
    >
      {t('tryAgain')}
    </Button>
  );
}

/** A file for whoever helps. */
export function SaveDiagnostics() {
  const store = useStore();
  const save = async () => {
    const answer = await store.ask({ kind: 'diagnostics' });
    if (answer.kind === 'file') saveFile(answer);
    else store.showRefusal(answer.kind === 'refused' ? answer.detail : said('unanswered'));
  };
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => void save()}
    >
      {t('heroDiagnostics')}
    </Button>
  );
}
