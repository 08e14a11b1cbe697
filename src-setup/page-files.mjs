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
