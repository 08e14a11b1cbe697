import { Button, Stepper } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useState } from 'react';
import { useChangeSettings, useSnapshot, useStore } from '../agent-link/store.ts';
import { Alerts } from '../parts/alerts.tsx';
import { Logo } from '../parts/logo.tsx';
import { t } from '../words/texts.ts';
import { EstimateStep } from './estimate-step.tsx';
import { GpuStep, useSpeedTest } from './gpu-step.tsx';
import { isLimitable, type Preset, presetLimits, presetOf } from './limit-presets.ts';
import { LimitsStep } from './limits-step.tsx';

const STEPS = ['stepGpu', 'stepLimits', 'stepEstimate'] as const;
const LIMITS_STEP = 1;
const LAST_STEP = STEPS.length - 1;

/** A day in which one sleeps and works elsewhere. */
const USUAL_HOURS = 9;

/** The first start: the GPU, its limits, what to expect. It comes again until it was finished, or left for later. */
export function Onboarding() {
  const [step, go] = useState(0);
  const gpus = useSnapshot((s) => s.lanes.map(({ gpu }) => gpu));
  const set = useSnapshot((s) =>
    presetOf(
      s.settings,
      s.lanes.map(({ gpu }) => gpu),
    ),
  );
  // What was chosen here, before it is set; kept while going back and forth.
  const [chosen, choose] = useState<Preset | null>(null);
  const preset = chosen ?? set ?? 'balanced';
  const [hoursAway, setHoursAway] = useState(USUAL_HOURS);
  const name = STEPS[step] ?? 'stepGpu';
  const store = useStore();
  const change = useChangeSettings();
  const test = useSpeedTest();

  const welcome = () => change({ welcomed: true });
  const setUpLater = () => {
    test.stop();
    return welcome();
  };
  const limit = async () => {
    if (!isLimitable(gpus)) return true;
    const { temperatureMax, powerLimits } = presetLimits(preset, gpus);
    for (const { lane, powerLimit } of powerLimits)
      if (!(await store.send({ kind: 'change-card', lane, patch: { powerLimit } }))) return false;
    return change({ temperatureMax });
  };
  const next = async () => {
    if (step === LIMITS_STEP && !(await limit())) return;
    if (step < LAST_STEP) go(step + 1);
    else if (await store.send({ kind: 'set-sharing', on: true })) await welcome();
  };
  const back = (to: number) => {
    if (to < step) go(to);
  };
  return (
    <div className="onboarding">
      <header className="onboarding-bar">
        <Logo />
        <b>{t('app')}</b>
        <span className="grow" />
        <Button className="no-drag" variant="subtle" color="gray" onClick={setUpLater}>
          {t('setUpLater')}
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must take the keyboard. */}
      <main className="scroll onboarding-scroll" tabIndex={0} aria-label={t(name)}>
        <div className="onboarding-column">
          <Stepper active={step} size="xs" onStepClick={back} allowNextStepsSelect={false} mb={32}>
            {STEPS.map((one) => (
              <Stepper.Step key={one} label={t(one)} />
            ))}
          </Stepper>
          <Alerts />
          {step === 0 && <GpuStep />}
          {step === LIMITS_STEP && <LimitsStep preset={preset} choose={choose} />}
          {step === LAST_STEP && <EstimateStep hoursAway={hoursAway} setHoursAway={setHoursAway} />}
        </div>
      </main>
      <footer className="onboarding-foot">
        <div className="onboarding-column">
          {step === 0 ? (
            <FirstFoot test={test} next={next} />
          ) : (
            <>
              <Button variant="default" size="sm" onClick={() => back(step - 1)}>
                {t('back')}
              </Button>
              <Button
                size="sm"
                leftSection={
                  step === LAST_STEP ? <IconPlayerPlayFilled size={16} aria-hidden /> : undefined
                }
                onClick={next}
              >
                {t(step === LAST_STEP ? 'startSharing' : 'goOn')}
              </Button>
            </>
          )}
        </div>
      </footer>
    </div>
  );
}

type FirstFootProps = {
  readonly test: ReturnType<typeof useSpeedTest>;
  readonly next: () => void;
};

/** The test, or on without it. */
function FirstFoot({ test, next }: FirstFootProps) {
  const skip = () => {
    test.stop();
    next();
  };
  const open = test.running || test.untested !== null;
  return (
    <>
      {open ? (
        <Button variant="subtle" color="gray" size="sm" className="skip" onClick={skip}>
          {t('skipTest')}
        </Button>
      ) : (
        <span />
      )}
      {test.untested === null || test.running ? (
        <Button size="sm" disabled={test.running} onClick={next}>
          {t('goOn')}
        </Button>
      ) : (
        <Button size="sm" onClick={test.start}>
          {t('startTest')}
        </Button>
      )}
    </>
  );
}
