import { Button, Group } from '@mantine/core';
import {
  type Icon,
  IconBrandItch,
  IconBrandSteam,
  IconBrandXbox,
  IconDeviceGamepad2,
  IconPackage,
  IconRefresh,
  IconSquareLetterE,
  IconSquareLetterG,
  IconSquareLetterH,
  IconSquareLetterL,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useSnapshot, useStore } from '../agent-link/store.ts';
import { Card, CardTitle } from '../parts/card.tsx';
import { t } from '../words/texts.ts';

/** Marks of the launchers that have one, or their letter. */
const marks: Readonly<Record<string, Icon>> = {
  Steam: IconBrandSteam,
  'Epic Games': IconSquareLetterE,
  GOG: IconSquareLetterG,
  'Xbox app': IconBrandXbox,
  Heroic: IconSquareLetterH,
  Lutris: IconSquareLetterL,
  Flatpak: IconPackage,
  itch: IconBrandItch,
};

/** The launchers whose games are recognised, and a second look at them. `scanned`: there has been one. */
export function LibrariesCard({ scanned }: { scanned: () => void }) {
  const libraries = useSnapshot((s) => s.libraries);
  const store = useStore();
  const [busy, setBusy] = useState(false);
  async function scan(): Promise<void> {
    setBusy(true);
    if (await store.send({ kind: 'scan-games' })) scanned();
    setBusy(false);
  }
  return (
    <Card>
      <Group justify="space-between" mb={12} wrap="nowrap">
        <CardTitle>{t('libraries')}</CardTitle>
        <Button
          variant="default"
          className="no-shrink"
          disabled={busy}
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={scan}
        >
          {t('scanAgain')}
        </Button>
      </Group>
      {libraries.length === 0 ? (
        <p className="label plain">{t('noLibraries')}</p>
      ) : (
        <ul className="libraries">
          {libraries.map(({ name, games }) => {
            const Mark = marks[name] ?? IconDeviceGamepad2;
            return (
              <li key={name}>
                <div className="tile small">
                  <Mark size={20} stroke={1.75} aria-hidden />
                </div>
                <div className="grow">
                  <div className="choice-title path">{name}</div>
                  <div className="caption num">{t('libraryGames', { games })}</div>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
