/**
 * How the code of a page is put into files: what it needs before its first drawing is one, read in the order in which it was
 * imported, and what three or more of its later parts share is another. The charts are shared by two.
 */
export const pageFiles = {
  groups: [
    { name: 'first', tags: ['$initial'], priority: 1, includeDependenciesRecursively: false },
    { name: 'parts', minShareCount: 3, includeDependenciesRecursively: false },
  ],
};

/** A letter with a backslash of its own before it. */
const ESCAPED = /(?<!\\)(?:\\\\)*\\[^\0-\x7f]/;
const escaped = (/** @type {string} */ unit) =>
  `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Writes the code of a page in ASCII: a single typographic quote makes V8 keep and read half a megabyte in two bytes for each letter.
 * Such letters stand in strings and patterns, where an escape means the same unless a backslash stands before it; a build with one
 * ends. After it the columns of a source map are off on lines that had such letters.
 * @returns {import('vite').Plugin}
 */
export const inAscii = () => ({
  name: 'in-ascii',
  generateBundle(_options, files) {
    // Units of UTF-16, not letters: an escape is for one.
    for (const file of Object.values(files))
      if (file.type === 'chunk') {
        const odd = file.code.match(ESCAPED);
        if (odd) throw new Error(`${file.fileName} escapes a letter that is not ASCII: ${odd[0]}`);
        file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
      }
  },
});
