import { execa } from 'execa';
import type { BasePython } from './python.ts';

/**
 * Python asks, because it goes through the proxies of the environment as the installer will. A certificate that this Python does not
 * know is an answer all the same: pip and uv bring, or are told, their own.
 */
const question = `
import ssl, sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="HEAD"), timeout=5)
except urllib.error.URLError as error:
    sys.exit(not isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError))
except OSError:
    sys.exit(1)
`;

/**
 * Whether a package index can be reached, within seconds: an installer pointed at one that cannot would try for minutes. Without a
 * Python to ask with it is taken to be there.
 */
export async function indexAnswers(index: string, base: BasePython | null): Promise<boolean> {
  if (!base) return true;
  const { failed } = await execa(base.path, ['-I', '-c', question, `${index}/`], {
    reject: false,
    timeout: 10_000,
    stdin: 'ignore',
  });
  return !failed;
}
