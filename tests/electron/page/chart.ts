/** The outline of a series that has one bar. */
export const ONE_BAR = /^M[^Mz]+z$/;
