#!/usr/bin/env node
// This file is read by whatever Node there is: nothing newer than Node 14 in it, and everything else behind the import.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`ft-wizard needs Node 22.12 or newer; this is Node ${process.versions.node}.`);
  console.error('Install a newer one from nodejs.org or with your version manager, then try again.');
  process.exitCode = 4;
} else {
  const { main } = await import('./commands/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
