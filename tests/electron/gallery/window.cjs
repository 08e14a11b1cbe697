// One empty window of real Electron, as closed as ours, for tests/electron/gallery/gallery.mjs to lead through its pages.
const { app, BrowserWindow } = require('electron');

app.whenReady().then(() => {
  const window = new BrowserWindow({
    width: 1080,
    height: 720,
    useContentSize: true,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  window.removeMenu();
  void window.loadURL('about:blank');
});
app.on('window-all-closed', () => app.quit());
