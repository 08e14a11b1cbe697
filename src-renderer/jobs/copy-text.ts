/**
 * Copies a text because the owner just clicked. The window may not reach the clipboard by itself (it has no permission at
 * all); copying what is selected on a click needs none. Says whether it was copied.
 */
export function copyText(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
