import { Button } from '@mantine/core';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { useSaveAnswer } from '../agent-link/answers.ts';
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
  const save = useSaveAnswer();
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => void save({ kind: 'diagnostics' })}
    >
      {t('heroDiagnostics')}
    </Button>
  );
}
