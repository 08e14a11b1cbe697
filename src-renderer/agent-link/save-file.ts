/** A file as an answer brings it: a name, a media type, and its text. */
type TextFile = { readonly name: string; readonly type: string; readonly text: string };

/** By then every browser holds the content itself. */
const FORGET_AFTER_MS = 60_000;

/** Hands the owner a file: Electron asks where to put it, a browser puts it where it puts downloads. */
export function saveFile({ name, type, text }: TextFile): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), FORGET_AFTER_MS);
}
