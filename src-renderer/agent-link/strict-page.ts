import { z } from 'zod';

// The page forbids code made from strings. Every schema asks whether it may make some unless this is said before the
// first one is made, so it is imported before all others; the browser's report of the refusal costs a second reading of
// the whole program.
z.config({ jitless: true });
