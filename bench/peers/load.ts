/** Finds what `npm run peers` installed. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the peers, from here and from where the compiled programs of the bench lie. */
const folder = ['./', '../../../bench/peers/']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(new URL('./package.json', url)));

export function isInstalled(name: string): boolean {
  return folder !== undefined && existsSync(new URL(`./node_modules/${name}/package.json`, folder));
}

export function pathOfPeer(path: string): string {
  return fileURLToPath(peerUrl(path));
}

/** Imports a file of a peer, given from node_modules on; by a path, so that nothing has to be installed to compile this. */
export async function importPeer<Module>(path: string): Promise<Module> {
  return (await import(/* @vite-ignore */ peerUrl(path).href)) as Module;
}

function peerUrl(path: string): URL {
  return new URL(`./node_modules/${path}`, folder);
}
