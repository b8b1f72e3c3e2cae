import { defineConfig } from 'tsdown';
import { fastInk } from './.dev/fast-ink.ts';

export default defineConfig({
  // The names are a contract: package.json's `bin` and src/run/ start these two files.
  entry: { cli: 'src/cli.ts', supervisor: 'src/run/supervisor/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node22.12',
  outDir: 'dist',
  clean: true,
  dts: false,
  deps: {
    // One self-contained package: users install no dependency tree beside it.
    alwaysBundle: [/.*/],
    // Ink loads it only where someone debugging has installed it.
    neverBundle: ['react-devtools-core'],
    onlyBundle: false,
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  minify: true,
  plugins: [fastInk],
});
