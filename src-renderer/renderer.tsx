import './strict-page.ts';
import '@mantine/core/styles.css';
import '@mantine/charts/styles.css';
import './font.css';
import './state.css';
import './base.css';
import './shell.css';
import './cards.css';
import './controls.css';
import './limits.css';
import './slider.css';
import './week.css';
import './rows.css';
import './onboarding.css';
import './strip.css';
import './earnings.css';
import './jobs.css';
import './tray.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { findBridge } from './bridge.ts';
import { loadFirst } from './pages.ts';
import { openStore } from './store.ts';

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
