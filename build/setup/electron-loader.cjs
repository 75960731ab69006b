// Stands in for Electron's default app in a runtime that has none: loads the app whose folder is the first argument
// that is not a switch, as `electron <folder>` does.
const { app } = require('electron');
const path = require('node:path');

const args = process.argv.slice(1);
let target;
for (let index = 0; index < args.length; index += 1) {
  if (args[index] === '-r' || args[index] === '--require') {
    index += 1;
    require(path.resolve(args[index]));
  } else if (!args[index].startsWith('-')) {
    target = path.resolve(args[index]);
    break;
  }
}
if (target === undefined) {
  process.stderr.write('usage: electron <folder of an app>\n');
  app.exit(2);
} else {
  const manifest = require(path.join(target, 'package.json'));
  process.defaultApp = true;
  const name = manifest.productName ?? manifest.name;
  app.setName(name);
  app.setVersion(manifest.version);
  app.setAppPath(target);
  app.setPath('userData', path.join(app.getPath('appData'), name));
  require(path.join(target, manifest.main));
}
