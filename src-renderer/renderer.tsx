import './agent-link/strict-page.ts';
import '@mantine/core/styles.css';
import '@mantine/charts/styles.css';
import './font.css';
import './state.css';
import './base.css';
import './frame/shell.css';
import './parts/cards.css';
import './parts/controls.css';
import './limits/limits.css';
import './parts/slider.css';
import './limits/week.css';
import './parts/rows.css';
import './onboarding/onboarding.css';
import './home/strip.css';
import './earnings/earnings.css';
import './jobs/jobs.css';
import './popover/popover.css';
import { createRoot } from 'react-dom/client';
import { findBridge } from './agent-link/bridge.ts';
import { openStore } from './agent-link/store.ts';
import { App } from './frame/app.tsx';
import { loadFirst } from './frame/pages.ts';

// A browser keeps the token of the address as a cookie by now; out of sight it cannot be copied along.
if (window.location.search !== '') {
  window.history.replaceState(null, '', window.location.pathname + window.location.hash);
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root"');

const leaving = new AbortController();
window.addEventListener('pagehide', (event) => {
  // A page kept for the Back button lives on.
  if (!event.persisted) leaving.abort();
});
const popover = window.location.hash === '#tray';
loadFirst(popover);
const store = openStore(findBridge(window, leaving.signal), leaving.signal);
createRoot(root).render(<App store={store} popover={popover} />);
