import { describe, expect, it } from 'vitest';
import { isOwnUrl, isWebUrl, mayLoad, pageUrl, toPageFile } from '../../../electron/shell/page-origin.ts';

describe('the page’s files', () => {
  it.each([
    ['app://pgkeep/', '/program/renderer/index.html', 'text/html; charset=utf-8'],
    [pageUrl, '/program/renderer/index.html', 'text/html; charset=utf-8'],
    ['app://pgkeep/main.js?v=1#top', '/program/renderer/main.js', 'text/javascript; charset=utf-8'],
    ['app://pgkeep/fonts/a%20b.woff2', '/program/renderer/fonts/a b.woff2', 'font/woff2'],
    ['app://pgkeep/../../secret.json', '/program/renderer/secret.json', 'application/json'],
  ])('%s is %s', (url, path, contentType) => {
    expect(toPageFile(url, '/program/renderer')).toEqual({ path, contentType });
  });

  it.each([
    'app://pgkeep/%2e%2e%2fmain.js',
    'app://pgkeep/..%2f..%2fetc/x.json',
    'app://pgkeep/..%5cmain.js',
    'app://pgkeep/a%00.js',
    'app://pgkeep/%E0%A4%A.js',
    'app://pgkeep/main.cjs',
    'app://pgkeep/folder',
    'app://other/index.html',
    'file:///program/renderer/index.html',
    'not an address',
  ])('%s is no file of the page', (url) => {
    expect(toPageFile(url, '/program/renderer')).toBeNull();
  });
});

describe('addresses', () => {
  it.each([
    [pageUrl, { own: true, loads: true, web: false }],
    ['app://pgkeep.example/', { own: false, loads: false, web: false }],
    ['app://user@pgkeep:80/x', { own: false, loads: false, web: false }],
    ['https://accounts.google.com/o', { own: false, loads: false, web: true }],
    ['http://127.0.0.1:80/', { own: false, loads: false, web: true }],
    ['ws://127.0.0.1/', { own: false, loads: false, web: false }],
    ['data:image/png;base64,AA', { own: false, loads: true, web: false }],
    ['file:///etc/passwd', { own: false, loads: false, web: false }],
    ['javascript:alert(1)', { own: false, loads: false, web: false }],
    ['', { own: false, loads: false, web: false }],
  ])('%s', (url, expected) => {
    expect({ own: isOwnUrl(url), loads: mayLoad(url), web: isWebUrl(url) }).toEqual(expected);
  });
});
