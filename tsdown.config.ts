import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/cli.ts', 'src/run/supervisor/main.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node22.12',
  outDir: 'dist',
  clean: true,
  dts: false,
  // One self-contained package: users install no dependency tree beside it.
  deps: { alwaysBundle: [/.*/] },
  define: { 'process.env.NODE_ENV': '"production"' },
  minify: true,
});
