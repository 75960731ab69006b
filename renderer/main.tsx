// Starts the window: state first, then the page.
import './strict-csp.ts';
import '@mantine/core/styles.css';
import './window.css';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { api } from './api.ts';
import { App } from './app.tsx';
import { createStore } from './state/store.ts';
import { StoreContext } from './state/use-app.ts';
import { cssVariables, theme } from './theme.ts';

const store = createStore(api);
store.start();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <StoreContext value={store}>
        <App />
      </StoreContext>
    </MantineProvider>
  </StrictMode>,
);
