/** How `expect.poll` waits, on machines that are busy with something else: looks often, and gives up late. ms. */
export const PATIENTLY = { timeout: 20_000, interval: 10 };
