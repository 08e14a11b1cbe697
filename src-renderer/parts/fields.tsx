import { NumberInput, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useDraft } from './draft.ts';

type NumberFieldProps = {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly digits?: number;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly width: number;
  readonly disabled?: boolean;
  readonly send: (next: number) => Promise<unknown>;
};

/** A number with its unit. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, min, max, step = 1, digits = 0, prefix = '', suffix = '' } = props;
  const isMeant = (next: number | string): next is number =>
    typeof next === 'number' && next >= min && next <= max;
  const draft = useDraft<number | string>(value, (next) =>
    isMeant(next) ? props.send(next) : Promise.resolve(),
  );
  return (
    <NumberInput
      aria-label={label}
      size="xs"
      w={props.width}
      hideControls
      allowNegative={false}
      min={min}
      max={max}
      step={step}
      decimalScale={digits}
      prefix={prefix}
      suffix={suffix}
      disabled={props.disabled ?? false}
      value={draft.shown}
      onChange={(next) => (isMeant(next) ? draft.change(next) : draft.type(next))}
      onBlur={() => (draft.shown === '' ? draft.forget() : draft.flush())}
      onKeyDown={({ key }) => {
        if (key === 'Enter') draft.flush();
        if (key === 'Escape') draft.forget();
      }}
    />
  );
}

/** Minutes of a whole day; its end is written as midnight. */
const DAY = 1440;

const twoDigits = (n: number) => String(n).padStart(2, '0');
const written = (minute: number) =>
  `${twoDigits(Math.floor((minute % DAY) / 60))}:${twoDigits(minute % 60)}`;

function read(words: string): number | null {
  const [hour, minute] = words.split(':').map(Number);
  return hour === undefined || minute === undefined || Number.isNaN(hour + minute)
    ? null
    : hour * 60 + minute;
}

type TimeFieldProps = {
  readonly label: string;
  /** Minutes after midnight. */
  readonly value: number;
  /** Whether midnight is the end of the day here, and not its start. */
  readonly end?: boolean;
  readonly send: (minute: number) => Promise<unknown>;
};

/** A time of day. */
export function TimeField({ label, value, end = false, send }: TimeFieldProps) {
  const draft = useDraft(written(value), (words) => {
    const minute = read(words);
    return minute === null ? Promise.resolve() : send(end && minute === 0 ? DAY : minute);
  });
  return (
    <TextInput
      aria-label={label}
      type="time"
      size="xs"
      w={120}
      value={draft.shown}
      onChange={({ currentTarget: { value: words } }) =>
        read(words) === null ? draft.type(words) : draft.change(words)
      }
      onBlur={() => (read(draft.shown) === null ? draft.forget() : draft.flush())}
    />
  );
}

type SwitchRowProps = {
  readonly label: string;
  readonly caption?: string;
  readonly icon?: ReactNode;
  readonly checked: boolean;
  readonly change: (on: boolean) => void;
};

/** A line with a switch at its end. */
export function SwitchRow({ label, caption, icon, checked, change }: SwitchRowProps) {
  return (
    <Switch
      className="switch-row"
      labelPosition="left"
      label={
        <span className="switch-label">
          {icon}
          {label}
        </span>
      }
      description={caption}
      checked={checked}
      onChange={({ currentTarget }) => change(currentTarget.checked)}
    />
  );
}
