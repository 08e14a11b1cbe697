import type { ReactNode } from 'react';

type RowProps = {
  readonly label: ReactNode;
  readonly caption?: ReactNode;
  readonly icon?: ReactNode;
  /** What is at its end. */
  readonly children?: ReactNode;
};

/** A line of a card: what it is about, and the control at its end. */
export function Row({ label, caption, icon, children }: RowProps) {
  return (
    <div className="row">
      {icon}
      <div className="grow">
        <div className="row-label">{label}</div>
        {caption !== undefined && <div className="caption">{caption}</div>}
      </div>
      {children}
    </div>
  );
}
